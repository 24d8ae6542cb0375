import type { Ecs, Revision } from './state.ts';

/** Why a task of this revision cannot start, in ECS's words; `undefined` when nothing is in its way. */
export function findObstacle(ecs: Ecs, revision: Revision): string | undefined {
  const { configuration } = revision;
  const roles = [configuration.executionRoleArn, configuration.taskRoleArn];
  for (const role of roles) {
    if (role && ecs.roles.judge(role, 'ecs-tasks.amazonaws.com') !== 'usable') return cannotAssume(role);
  }
  return imageObstacle(ecs, revision) ?? logObstacle(ecs, revision);
}

const cannotAssume = (role: string): string =>
  `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`;

function imageObstacle(ecs: Ecs, revision: Revision): string | undefined {
  const { image } = revision.configuration.container;
  const stored = ecs.images.resolve(image);
  if (!stored) return undefined;
  if (!stored.found) {
    return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`;
  }
  const wanted = revision.configuration.cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64';
  if (stored.architectures.length === 0 || stored.architectures.includes(wanted)) return undefined;
  return `CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/${wanted}'`;
}

/** Express makes the log group it names itself; one that the caller named must be there. */
function logObstacle(ecs: Ecs, revision: Revision): string | undefined {
  const { logGroup, logGroupGiven } = revision.configuration.container;
  if (!logGroupGiven || ecs.logs.hasGroup(logGroup)) return undefined;
  return 'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1';
}
