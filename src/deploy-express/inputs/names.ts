import type * as shared from '../../input-reader.ts';

/**
 * Every input of deploy-express with what stands for it when it is not given; `''` = nothing does. The same defaults are
 * in action.yml, but a reusable workflow that passes all inputs through gives `''` for those its caller left out.
 */
export const deployInputDefaults = {
  operation: 'deploy',
  'service-name': '',
  cluster: 'default',

  'apprunner-service': '',
  'allow-internal': 'false',
  'write-workflow': '',

  image: '',
  'task-definition-arn': '',

  source: '',
  'build-from': 'auto',
  dockerfile: '',
  'build-context': '',
  runtime: '',
  'build-command': '',
  'start-command': '',
  'runtime-image': '',
  'build-image': '',
  'build-target': '',
  'build-args': '',
  'build-secrets': '',
  platform: '',
  'cache-from': '',
  'cache-to': '',
  attestations: 'false',
  repository: '',
  'repository-scan-on-push': 'true',
  'repository-immutable-tags': 'false',
  'repository-expire-untagged-days': '',
  'image-tags': '',

  'execution-role-arn': '',
  'infrastructure-role-arn': '',
  'task-role-arn': '',

  'container-port': '',
  port: '',
  'environment-variables': '',
  'environment-mode': 'replace',
  secrets: '',
  command: '',
  'log-group': '',
  'log-stream-prefix': '',
  'repository-credentials': '',

  cpu: '',
  memory: '',
  'cpu-architecture': '',

  subnets: '',
  'security-groups': '',
  'health-check-path': '',

  'custom-domains': '',
  'certificate-arn': '',
  'request-certificate': 'false',
  'certificate-timeout-minutes': '',
  'hosted-zone-id': '',
  'dns-role-arn': '',
  'redirect-http': 'false',

  'min-task-count': '',
  'max-task-count': '',
  'auto-scaling-metric': '',
  'auto-scaling-target-value': '',

  tags: '',
  'mutate-tags-on-update': 'false',

  'force-new-deployment': 'false',

  'pre-deploy-command': '',
  'pre-deploy-timeout-minutes': '',

  'wait-for-minutes': '30',
  'poll-interval-seconds': '5',
  'smoke-test': '',
  'smoke-test-path': '',
  'smoke-test-status': '200-399',
  'smoke-test-timeout-seconds': '300',
  'on-cancel': 'rollback',
  'dry-run': 'false',

  'wait-for-deletion': 'false',
  force: 'false',

  preview: 'false',
  'preview-trigger': 'label',
  'preview-label': 'preview',
  'max-previews': '10',
  'preview-max-idle-hours': '72',
  'max-deletions': '10',

  'github-deployment': 'auto',
  'github-environment': '',
  // The job's own token, which only an expression in action.yml can name.
  'github-token': '',
} as const;

export type DeployInputName = keyof typeof deployInputDefaults;

export const deployInputNames = Object.keys(deployInputDefaults) as readonly DeployInputName[];

/** What `operation: delete` uses. The rest is passed over, so that one workflow can deploy and delete. */
export const deleteInputNames: readonly DeployInputName[] = [
  'operation',
  'service-name',
  'cluster',
  'wait-for-minutes',
  'poll-interval-seconds',
  'on-cancel',
  'dry-run',
  'wait-for-deletion',
  'force',
  'preview',
  'preview-trigger',
  'preview-label',
  'max-previews',
  'github-deployment',
  'github-environment',
  'github-token',
];

export type InputProblem = shared.InputProblem<DeployInputName>;
export type InputReader = shared.InputReader<DeployInputName>;
