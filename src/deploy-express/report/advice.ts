import type { FailureEvidence } from '../model/result.ts';
import { type Clues, collectClues, exitedWith, says, signs } from './clues.ts';

/**
 * One sentence on what to do, from what AWS showed. The first rule that fits wins: from causes that name themselves to
 * symptoms that have many. The texts matched are ECS's own (ECS developer guide, "Stopped tasks error messages", and
 * ELB's target health reasons); where AWS rewords one, a later, vaguer rule answers.
 */
export function adviseOnFailure(evidence: FailureEvidence): string {
  const clues = collectClues(evidence);
  const advice = rules.find(({ fits }) => fits(clues))?.advice ?? adviceWithoutClue;
  return typeof advice === 'string' ? advice : advice(clues);
}

type Rule = {
  readonly fits: (clues: Clues) => boolean;
  readonly advice: string | ((clues: Clues) => string);
};

const adviceWithoutClue =
  'Read the reason and the events. If they do not show the cause, run the image on your machine with the same environment variables and request its health check path.';

const neverStarted: readonly Rule[] = [
  {
    fits: signs.otherArchitecture,
    advice:
      'The image is built for another CPU architecture: build it for the one the service runs on (input platform), or set cpu-architecture to X86_64 or ARM64.',
  },
  {
    fits: says(
      /(?:retrieve secret|registry auth|logger)[\s\S]*(?:connection issue|context deadline exceeded|i\/o timeout|dial tcp)/i,
    ),
    advice:
      'The task cannot reach the service of AWS that the reason names: give its subnets a way out (public subnets, a NAT gateway, or VPC endpoints for secretsmanager, ssm, logs, ecr.api, ecr.dkr and s3).',
  },
  {
    fits: says(/did not contain json key/i),
    advice: 'Correct the JSON key in secrets: the secret has no member of that name.',
  },
  {
    fits: says(/retrieve secret|fetching secret|secretsmanager|ssm:GetParameters|invalid ssm parameters/i),
    advice:
      'Let the execution role read the secrets (secretsmanager:GetSecretValue or ssm:GetParameters, and kms:Decrypt for a key of your own), and check that each ARN in secrets exists in this region.',
  },
  {
    fits: says(
      /log group does not exist|failed to (validate logger|initialize logging|create Cloudwatch log)/i,
    ),
    advice:
      'Create the log group of log-group, or let the execution role create it (logs:CreateLogGroup): AWS does not create a log group that you name.',
  },
  {
    fits: says(/registry auth[\s\S]*timeout|CannotPull[\s\S]*(i\/o timeout|request canceled|dial tcp)/i),
    advice:
      'The task cannot reach the registry: give its subnets a way out (public subnets, a NAT gateway, or VPC endpoints for ecr.api, ecr.dkr and s3).',
  },
  {
    fits: says(/CannotPull[\s\S]*(not ?found|manifest unknown|does not exist)/i),
    advice:
      'The image does not exist under that name: check the repository, the tag or digest, and the region of the image.',
  },
  {
    fits: says(/CannotPull|registry auth/i),
    advice:
      'The image cannot be pulled: attach AmazonECSTaskExecutionRolePolicy to the execution role, check the name of the image, and set repository-credentials for a private registry outside ECR.',
  },
  {
    fits: says(/unable to assume (the )?(service linked )?role|cannot assume role|sts:AssumeRole/i),
    advice:
      'Check the trust policies: the infrastructure role has to trust ecs.amazonaws.com, the execution and task roles ecs-tasks.amazonaws.com.',
  },
  {
    fits: says(/capacity is unavailable|RunTask.*capacity/i),
    advice:
      'AWS had no Fargate capacity for this size: run the job again, or name subnets in more availability zones.',
  },
];

const crashed: readonly Rule[] = [
  {
    fits: signs.outOfMemory,
    advice: 'The container ran out of memory: raise memory (and cpu, if the pair asks for it).',
  },
  {
    fits: exitedWith(137),
    advice:
      'Exit code 137 means that the container was killed (SIGKILL), mostly because memory ran out: raise memory, then look in the log for what used it.',
  },
  {
    fits: exitedWith(126, 127),
    advice:
      'The command of the container could not be run: check the command input and the CMD of the image (exit code 127 is "not found", 126 "not executable").',
  },
  {
    fits: exitedWith(0),
    advice:
      'The container ended by itself without an error: its command must keep a server running in the foreground.',
  },
  {
    fits: ({ exitCodes }) => exitCodes.some((code) => code !== 143),
    advice:
      'The application ended by itself: read the last lines of its log, and check that every environment variable and secret it needs is set.',
  },
];

const unhealthy: readonly Rule[] = [
  {
    fits: says(/failed with these codes: \[[^\]]*404/i),
    advice: 'The health check path answers 404: set health-check-path to a path that answers 200.',
  },
  {
    fits: says(/failed with these codes: \[[^\]]*5\d\d/i),
    advice:
      'The health check path answers with a server error: read the log of the container, and let the path work without a database or another service.',
  },
  {
    fits: says(/failed with these codes|ResponseCodeMismatch/i),
    advice:
      'The health check wants status 200 without a sign-in or a redirect: change the path, or set health-check-path to another.',
  },
  {
    fits: signs.silentTarget,
    advice:
      'Nothing answers on the port: set container-port to the one the application listens on, and let it listen on 0.0.0.0, not on localhost.',
  },
  {
    fits: signs.failedHealthCheck,
    advice:
      'The new version did not pass its health check: check container-port and health-check-path, and that the application listens on 0.0.0.0.',
  },
];

const rules: readonly Rule[] = [
  {
    fits: ({ deniedAction }) => deniedAction !== undefined,
    advice: ({ deniedAction }) => `${allowToInfrastructure(deniedAction ?? '')} Then run the job again.`,
  },
  ...neverStarted,
  ...crashed,
  ...unhealthy,
  {
    fits: ({ alarmTriggered, reasons }) => alarmTriggered || /alarm/i.test(reasons),
    advice:
      'The alarm of Express Mode rolled it back, and it counts 4xx responses as well as 5xx: look at the access log for 404s of crawlers or 401s of signed-out clients before you look for a fault in the new version. Let such paths answer without an error status. An hour with few visitors makes the share of crawlers larger.',
  },
  {
    fits: ({ resourceFailed }) => resourceFailed,
    advice:
      'AWS could not set up a resource: check that the infrastructure role has AmazonECSInfrastructureRoleforExpressGatewayServices, and that the subnets span two availability zones with eight free addresses each.',
  },
];

/** The managed policy lacks actions that ECS asks for in some accounts. */
export function allowToInfrastructure(action: string): string {
  return `Allow the infrastructure role ${action}, in addition to AmazonECSInfrastructureRoleforExpressGatewayServices, which may lack it.`;
}
