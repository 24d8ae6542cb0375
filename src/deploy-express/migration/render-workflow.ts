import { customHostLimit } from '../../dns/host-limit.ts';
import type { MigratedInput, MigratedService } from './migrated-service.ts';

export type WorkflowOptions = {
  readonly region: string;
  /** `owner/name` of this action; undefined when it was checked out by path. */
  readonly actionRepository: string | undefined;
  readonly actionRef: string | undefined;
  /** Where App Runner names none: the branch of the run that writes. */
  readonly branch: string;
  /** Whether the service gets the names that App Runner has, as the workflows of a whole move need it. */
  readonly takesDomains?: boolean;
};

/** The workflow of a whole move has them already. */
const domainsTopic = 'custom domains';

/** As in `examples/workflows`, where updates are looked for; a contract test holds both together. */
export const checkoutAction = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';
export const credentialsAction =
  'aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3';

/**
 * The workflow that would deploy the services: one job for each. Variables are read from App Runner on each run, so that
 * no value of theirs is written into a file; their names are in a comment, for the day when the service there is deleted.
 */
export function renderWorkflow(services: readonly MigratedService[], options: WorkflowOptions): string {
  const named = [...new Set(services.flatMap(({ repository }) => repository?.branch ?? []))];
  const branches = named.length === 0 ? [options.branch] : named;
  const lines = [
    '# Written by operation: plan-migration. Before the first run: the stack of bootstrap/ makes the roles, and the loop in bootstrap/README.md',
    '# of the action sets the variables DEPLOY_ROLE, EXECUTION_ROLE and INFRASTRUCTURE_ROLE of this repository. `gh variable list` shows them.',
    'name: Deploy to Amazon ECS Express Mode',
    '',
    'on:',
    '  push:',
    `    branches: [${branches.map(quoteYaml).join(', ')}]`,
    '  workflow_dispatch:',
    '',
    'permissions: {}',
    '',
    'jobs:',
    ...services.flatMap((service) =>
      renderJob(service, { ...options, isBranchChecked: branches.length > 1 }),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** Letters, digits, - and _ are all that App Runner takes in a name; a job may not begin with a digit. */
function jobName(name: string): string {
  return /^[A-Za-z_]/.test(name) ? name : `service-${name}`;
}

function renderJob(
  service: MigratedService,
  {
    region,
    actionRepository,
    actionRef,
    isBranchChecked,
    takesDomains = false,
  }: WorkflowOptions & { readonly isBranchChecked: boolean },
): readonly string[] {
  const action = nameAction('', { actionRepository, actionRef });
  const { url, branch } = service.repository ?? {};
  return [
    `  ${jobName(service.name)}:`,
    ...(isBranchChecked && branch !== undefined
      ? [`    if: ${JSON.stringify(`github.ref_name == '${branch.replaceAll("'", "''")}'`)}`]
      : []),
    '    runs-on: ubuntu-latest',
    '    timeout-minutes: 45',
    '    concurrency:',
    `      group: deploy-${service.name}`,
    '      cancel-in-progress: false',
    '    permissions:',
    '      contents: read # for the checkout',
    '      id-token: write # for the role',
    '      deployments: write # to show the deployment on GitHub',
    '    steps:',
    `      - uses: ${checkoutAction}`,
    '        with:',
    '          persist-credentials: false',
    `      - uses: ${credentialsAction}`,
    '        with:',
    `          role-to-assume: ${variable('DEPLOY_ROLE')}`,
    `          aws-region: ${region}`,
    `      - uses: ${action}`,
    '        with:',
    `          apprunner-service: ${quoteYaml(service.name)}`,
    `          execution-role-arn: ${variable('EXECUTION_ROLE')} # ECS pulls the image, writes logs and reads secrets with it`,
    `          infrastructure-role-arn: ${variable('INFRASTRUCTURE_ROLE')} # ECS manages load balancer, certificate and scaling with it`,
    ...(url === undefined ? [] : toComment(`App Runner builds it from ${url}, branch ${branch ?? '?'}`)),
    ...service.inputs.flatMap((input) =>
      takesDomains && input.name === 'task-role-arn' && input.from === 'App Runner'
        ? renderTaskRole(input.value)
        : renderInput(input),
    ),
    ...(takesDomains ? renderDomains(service) : []),
    ...renderVariables(service),
    ...service.remarks
      .filter(({ isUrgent, topic }) => isUrgent && !(takesDomains && topic === domainsTopic))
      .flatMap(({ topic, todo }) => toComment(`To decide: ${topic}. ${todo}`)),
  ];
}

/** The deploy role of bootstrap/ may pass only the roles that were made with it. */
function renderTaskRole(instanceRoleArn: string): readonly string[] {
  return [
    `          task-role-arn: ${variable('TASK_ROLE')}`,
    ...toComment(
      `To decide: task role. Attach the policies of ${instanceRoleArn} to the role in TASK_ROLE: the deploy role may pass no other`,
    ),
  ];
}

/** The image that App Runner runs today is left out: as an input it would be deployed for ever. */
const leftOut = ['image'];

function renderInput({ name, value, from }: MigratedInput): readonly string[] {
  if (leftOut.includes(name)) {
    return toComment(
      `Deploys the image that App Runner has at that time, today ${value}. Before its service is deleted, give image or source`,
    );
  }
  return [
    `          ${name}: ${quoteYaml(value)}${from === 'App Runner' || from === 'input' ? '' : ` # ${from}`}`,
  ];
}

/** A rule of the load balancer has no room for more; then a person has to choose. */
function renderDomains({ domains, inputs }: MigratedService): readonly string[] {
  const isGiven = inputs.some(({ name }) => name === 'custom-domains');
  if (domains.length === 0) return [];
  if (domains.length > customHostLimit) {
    return toComment(`To decide: custom-domains takes ${customHostLimit} of ${domains.join(', ')}`);
  }
  return [
    ...(isGiven ? [] : [`          custom-domains: ${quoteYaml(domains.join(', '))}`]),
    '          request-certificate: "true" # unless ACM has one; its CNAME records are created in Route 53',
    '          redirect-http: "true" # as App Runner does',
  ];
}

function renderVariables({ environment, secrets }: MigratedService): readonly string[] {
  const names = [...environment, ...secrets.map(({ name }) => name)];
  if (names.length === 0) return [];
  return toComment(
    `Variables and secrets are read from App Runner. They stay when you delete the line apprunner-service: ${names.join(', ')}`,
  );
}

function toComment(text: string): readonly string[] {
  return [`          # ${text.replace(/\s+/g, ' ')}`];
}

/** `path` is that of an action below the root: `/shift-traffic`. */
export function nameAction(
  path: string,
  { actionRepository, actionRef }: Pick<WorkflowOptions, 'actionRepository' | 'actionRef'>,
): string {
  return `${actionRepository ?? 'OWNER/express-deploy-actions'}${path}@${actionRef ?? 'COMMIT'}`;
}

function variable(name: string): string {
  return `\${{ vars.${name} }}`;
}

/** YAML takes JSON's double quotes. A value of AWS that looks like an expression of GitHub must not become one. */
export function quoteYaml(text: string): string {
  return JSON.stringify(text.replaceAll(`\${{`, `\${{ '\${{' }}`));
}
