import type { Ecs } from './state.ts';

/** What a task needs to start. */
export type TaskNeeds = {
  readonly executionRoleArn: string | undefined;
  readonly taskRoleArn: string | undefined;
  readonly image: string;
  readonly cpuArchitecture: 'X86_64' | 'ARM64';
  /** What they refer to, which the execution role has to read. */
  readonly secrets: readonly string[];
  /** One that has to be there. */
  readonly logGroup: string | undefined;
};

/** Why such a task cannot start, in ECS's words; `undefined` when nothing is in its way. */
export function findObstacle(ecs: Ecs, needs: TaskNeeds): string | undefined {
  for (const role of [needs.executionRoleArn, needs.taskRoleArn]) {
    if (role && ecs.roles.judge(role, 'ecs-tasks.amazonaws.com') !== 'usable') return cannotAssume(role);
  }
  return secretObstacle(ecs, needs) ?? imageObstacle(ecs, needs) ?? logObstacle(ecs, needs);
}

/** Secrets are read by the execution role before the image is pulled. */
function secretObstacle(ecs: Ecs, { executionRoleArn = '', secrets }: TaskNeeds): string | undefined {
  for (const valueFrom of secrets) {
    const { action, resource, failure } = readingOf(ecs, valueFrom);
    if (ecs.roles.may(executionRoleArn, action, resource) !== false) continue;
    const role = executionRoleArn.split('/').at(-1) ?? '';
    const user = executionRoleArn
      .replace(':iam:', ':sts:')
      .replace(/:role\/.*$/, `:assumed-role/${role}/${ecs.ids.hex(32)}`);
    return `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ${failure}: AccessDeniedException: User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  }
  return undefined;
}

/** An ARN of Secrets Manager may name a key, a stage and a version after the secret; a bare name is one of a parameter. */
function readingOf(ecs: Ecs, valueFrom: string) {
  const secret = /^arn:[^:]+:secretsmanager:[^:]+:\d+:secret:[^:]+/.exec(valueFrom)?.[0];
  if (secret !== undefined) {
    return {
      action: 'secretsmanager:GetSecretValue',
      resource: secret,
      failure: `unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${secret} from secrets manager`,
    };
  }
  return {
    action: 'ssm:GetParameters',
    resource: valueFrom.startsWith('arn:')
      ? valueFrom
      : ecs.arn('ssm', `parameter/${valueFrom.replace(/^\//, '')}`),
    failure: 'unable to retrieve secrets from ssm: service call has been retried 1 time(s)',
  };
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
