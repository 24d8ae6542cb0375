import { parseArn } from '../../parse-arn.ts';
import type { NameSecret } from '../settings.ts';

/** Secrets that a role may not read, and the action that would let it. */
export type DeniedSecrets = { readonly action: string; readonly names: readonly string[] };

/**
 * What of the secrets the role may not read. App Runner read them by the instance role, ECS reads them by the execution
 * role: if that is forgotten, the first task does not start. `undefined`: nobody can say.
 */
export async function observeSecretAccess(
  secrets: readonly NameSecret[],
  roleArn: string | undefined,
): Promise<readonly DeniedSecrets[] | undefined> {
  const questions = planQuestions(secrets);
  if (roleArn === undefined || questions === undefined) return undefined;
  const { findDenied } = await import('../../aws/roles.ts');
  const answers = await Promise.all(
    questions.map(async ({ action, resources }) => {
      const denied = await findDenied(roleArn, action, [...new Set(resources.values())]);
      if (denied === undefined) return undefined;
      const names = [...resources].filter(([, resource]) => denied.includes(resource)).map(([name]) => name);
      return { action, names };
    }),
  );
  return answers.every((answer) => answer !== undefined)
    ? answers.filter(({ names }) => names.length > 0)
    : undefined;
}

type Question = {
  readonly action: string;
  /** ARNs by the names of the variables. */
  readonly resources: ReadonlyMap<string, string>;
};

const actions: Readonly<Record<string, string>> = {
  secretsmanager: 'secretsmanager:GetSecretValue',
  ssm: 'ssm:GetParameters',
};

/** `undefined`: there are none, or one of them is no ARN, and so nothing that IAM can be asked about. */
export function planQuestions(secrets: readonly NameSecret[]): readonly Question[] | undefined {
  const questions = new Map<string, Map<string, string>>();
  for (const { name, valueFrom } of secrets) {
    const action = actions[parseArn(valueFrom)?.service ?? ''];
    if (action === undefined) return undefined;
    const resources = questions.get(action) ?? new Map<string, string>();
    questions.set(action, resources.set(name, resourceOf(valueFrom)));
  }
  if (questions.size === 0) return undefined;
  return [...questions].map(([action, resources]) => ({ action, resources }));
}

/** Of a secret, ECS takes key, stage and version after the ARN: `…:secret:name-AbCdEf:key::`. */
function resourceOf(valueFrom: string): string {
  return valueFrom.split(':').slice(0, 7).join(':');
}
