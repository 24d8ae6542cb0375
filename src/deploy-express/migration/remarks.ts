import type { AppRunnerConfiguration } from '../../aws/app-runner-configuration.ts';
import { customHostLimit } from '../../dns/host-limit.ts';
import type { Remark } from '../model/inputs.ts';
import { type DeniedSecrets, remarkImage, remarkRoles, remarkSecrets } from './access-remarks.ts';
import { domainsOf, runOf, type UnfitSecret } from './map-settings.ts';
import { note, plain, urgent } from './remark.ts';

/** What is known beside the service itself. */
export type Surroundings = {
  /** Whether tasks of ECS may use the instance role; undefined when there is none, or AWS does not say. */
  readonly isRoleTrusting: boolean | undefined;
  readonly allowInternal: boolean;
  /** The names of all secrets, where the source names some, too; otherwise they are those of the service. */
  readonly secretNames?: readonly string[];
  /** What the execution role may not read; undefined when AWS does not say. */
  readonly deniedSecrets?: readonly DeniedSecrets[] | undefined;
  /** Those that a deployment would refuse. */
  readonly unfitSecrets?: readonly UnfitSecret[];
};

/** The table "what could not be carried over", the urgent first, and what is only good to know last. */
export function listRemarks(service: AppRunnerConfiguration, seen: Surroundings): readonly Remark[] {
  const all = [
    ...remarkHealthCheck(service),
    ...remarkNetwork(service, seen),
    ...remarkRoles(service, seen.isRoleTrusting),
    ...remarkSecrets(
      seen.secretNames ?? (runOf(service)?.secrets ?? []).map(({ name }) => name),
      seen.deniedSecrets,
    ),
    ...(seen.unfitSecrets ?? []).map((unfit) =>
      urgent('secrets', `${unfit.name} refers to ${unfit.seen}`, `Give it in secrets: ${unfit.wanted}.`),
    ),
    ...remarkContainer(service),
    ...remarkImage(service),
    ...remarkScaling(service),
    ...remarkExtras(service),
    ...remarkDomains(service),
    ...always,
  ];
  const rank = ({ isUrgent, isToDo }: Remark) => Number(isUrgent) + Number(isToDo);
  return all.toSorted((a, b) => rank(b) - rank(a));
}

function remarkHealthCheck({ healthCheck }: AppRunnerConfiguration): readonly Remark[] {
  const timing = note(
    'health check timing',
    `every ${healthCheck.intervalSeconds ?? 5} s, ${healthCheck.timeoutSeconds ?? 2} s to answer`,
    'Express checks every 30 s, and counts a task as healthy after 5 answers. You can change the target group afterwards.',
  );
  if (healthCheck.protocol === 'HTTP') return [timing];
  const todo =
    'Set health-check-path to a path that answers 200 without a login. Otherwise the load balancer requests /, and a deployment whose / answers anything else never becomes healthy.';
  return [urgent('health check', 'TCP: the port is open', todo), timing];
}

function remarkNetwork(
  { connector, isPublic, isDualStack }: AppRunnerConfiguration,
  { allowInternal }: Surroundings,
): readonly Remark[] {
  const internal = allowInternal
    ? 'They become the subnets of the service: if they are private, its load balancer is internal. Set subnets to use others.'
    : 'Set subnets to public subnets of the same VPC. Or set allow-internal: true to use these: if they are private, the load balancer is internal.';
  return [
    ...(connector === undefined
      ? []
      : [urgent('VPC connector', `subnets ${connector.subnets.join(', ')}`, internal)]),
    ...(isPublic
      ? []
      : [
          urgent(
            'private service',
            'reached only through a VPC endpoint',
            'Set subnets to private subnets: without subnets the service would be public.',
          ),
        ]),
    ...(isDualStack
      ? [
          plain(
            'IPv6',
            'dual stack',
            'Set subnets to subnets with IPv6: then the load balancer is dual stack. Add AAAA records when the domain moves.',
          ),
        ]
      : []),
  ];
}

function remarkContainer(service: AppRunnerConfiguration): readonly Remark[] {
  const run = runOf(service);
  if (run === undefined) return [];
  const told = run.environment.find(({ name }) => name === 'PORT')?.value;
  const reserved = run.environment.filter(({ name }) => name.startsWith('AWSAPPRUNNER'));
  const isImage = service.source.kind === 'image';
  return [
    ...(told === undefined || told === run.port
      ? []
      : [
          urgent(
            'PORT',
            `${told} among the variables, ${run.port} as the port`,
            'Make them the same: App Runner set PORT to the port, and this action does the same.',
          ),
        ]),
    ...(reserved.length === 0
      ? []
      : [
          note(
            'reserved names',
            reserved.map(({ name }) => name).join(', '),
            'They are carried over as they are.',
          ),
        ]),
    ...(isImage && run.startCommand !== undefined
      ? [
          plain(
            'start command',
            run.startCommand,
            '/bin/sh runs it. Set command if the image has no shell, or has an entry point that takes the command as arguments.',
          ),
        ]
      : []),
  ];
}

function remarkScaling({ scaling, status }: AppRunnerConfiguration): readonly Remark[] {
  return [
    ...(scaling?.maxConcurrency === undefined
      ? []
      : [
          note(
            'max concurrency',
            `${scaling.maxConcurrency} requests at a time`,
            'Express scales by AVERAGE_CPU of 60 by default. REQUEST_COUNT_PER_TARGET counts requests over time, not at the same time.',
          ),
        ]),
    status === 'PAUSED'
      ? urgent(
          'pause',
          'the service is paused',
          'Express has no pause: delete the service, or set min-task-count to 0.',
        )
      : note('pause', 'can be paused', 'Express has no pause; tasks run, and are billed, all the time.'),
  ];
}

function remarkExtras({
  kmsKeyArn,
  isTraced,
  deploysByItself,
  source,
}: AppRunnerConfiguration): readonly Remark[] {
  return [
    ...(kmsKeyArn === undefined
      ? []
      : [
          plain(
            'KMS key',
            kmsKeyArn,
            'Set it on the ECR repository and on the log group; the service itself has none.',
          ),
        ]),
    ...(isTraced
      ? [
          plain(
            'X-Ray',
            'tracing is on',
            'Run the collector as a sidecar, by a task-definition-arn of your own.',
          ),
        ]
      : []),
    ...(deploysByItself
      ? [
          source.kind === 'image'
            ? plain('automatic deployments', 'on', 'Let the workflow run when the image is pushed.')
            : note('automatic deployments', 'on', 'The workflow runs on each push.'),
        ]
      : []),
  ];
}

function remarkDomains(service: AppRunnerConfiguration): readonly Remark[] {
  const names = domainsOf(service);
  if (names.length === 0) return [];
  const wanted =
    names.length > customHostLimit
      ? ` with at most ${customHostLimit} of them, which is what a listener rule has room for`
      : `: ${names.join(',')}`;
  return [
    urgent(
      'custom domains',
      names.join(', '),
      `Give custom-domains${wanted} (each needs a certificate in ACM), then move the DNS with shift-traffic.`,
    ),
  ];
}

/** Told of every service, as App Runner does not say whether it uses these. */
const always: readonly Remark[] = [
  plain(
    'web ACL',
    'not shown by App Runner',
    'If there is one, associate it with the load balancer. Other services may share that.',
  ),
  plain(
    'port 80',
    'redirected to HTTPS',
    'The load balancer has no listener on port 80: links to http:// are refused, unless you set redirect-http: true.',
  ),
  note('request timeout', '120 s', 'The load balancer ends a connection after 60 s without data.'),
  note('logs', '/aws/apprunner/…', 'New ones are in /aws/ecs/…, or where log-group says.'),
];
