import type { Ecs } from './state.ts';

/** What a task needs to start. */
export type TaskNeeds = {
  readonly executionRoleArn: string | undefined;
  readonly taskRoleArn: string | undefined;
  readonly image: string;
  readonly cpuArchitecture: 'X86_64' | 'ARM64';
  /** One that has to be there. */
  readonly logGroup: string | undefined;
};

/** Why such a task cannot start, in ECS's words; `undefined` when nothing is in its way. */
export function findObstacle(ecs: Ecs, needs: TaskNeeds): string | undefined {
  for (const role of [needs.executionRoleArn, needs.taskRoleArn]) {
    if (role && ecs.roles.judge(role, 'ecs-tasks.amazonaws.com') !== 'usable') return cannotAssume(role);
  }
  return imageObstacle(ecs, needs) ?? logObstacle(ecs, needs);
}

const cannotAssume = (role: string): string =>
  `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`;

function imageObstacle(ecs: Ecs, { image, cpuArchitecture }: TaskNeeds): string | undefined {
  const stored = ecs.images.resolve(image);
  if (!stored) return undefined;
  if (!stored.found) {
    return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`;
  }
  const wanted = cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64';
  if (stored.architectures.length === 0 || stored.architectures.includes(wanted)) return undefined;
  return `CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/${wanted}'`;
}

function logObstacle(ecs: Ecs, { logGroup }: TaskNeeds): string | undefined {
  if (logGroup === undefined || ecs.logs.hasGroup(logGroup)) return undefined;
  return 'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1';
}
