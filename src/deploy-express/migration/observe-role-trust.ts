/** Whether tasks of ECS may use the instance role; `undefined`: there is none, or nobody can say. */
export async function observeRoleTrust(roleArn: string | undefined): Promise<boolean | undefined> {
  if (roleArn === undefined) return undefined;
  const { isTrusting } = await import('../../aws/roles.ts');
  return isTrusting(roleArn, 'ecs-tasks.amazonaws.com');
}
