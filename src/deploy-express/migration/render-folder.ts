import { exampleWorkflows } from './example-workflows.ts';
import type { MigratedService } from './migrated-service.ts';
import { nameAction, quoteYaml, renderWorkflow, type WorkflowOptions } from './render-workflow.ts';

export type WrittenWorkflow = { readonly name: string; readonly text: string };

/**
 * The workflows of a whole move: one that deploys all services, a shift (with and without reviewers) and a rollback for each
 * service with domains, and previews of a single service. All but the first are those of `examples/workflows/`, with the names filled in.
 * The first is not `deploy.yml`: that is what a repository often has already, for App Runner.
 */
export function renderFolder(
  services: readonly MigratedService[],
  options: WorkflowOptions,
): readonly WrittenWorkflow[] {
  const moved = services.filter(({ domains }) => plainNames(domains).length > 0);
  return [
    { name: 'deploy-express.yml', text: renderWorkflow(services, { ...options, takesDomains: true }) },
    ...moved.flatMap((service) => {
      const suffix = moved.length === 1 ? '' : `-${service.name}`;
      return [
        { name: `shift${suffix}.yml`, text: renderShift(service, options) },
        { name: `shift-without-reviewers${suffix}.yml`, text: renderShiftWithoutReviewers(service, options) },
        { name: `rollback${suffix}.yml`, text: renderRollback(service, options) },
      ];
    }),
    // Of an image that App Runner was given nobody knows how to build that of a pull request.
    ...(services.length === 1
      ? services
          .filter(({ source }) => source === 'code')
          .flatMap((service) => renderPreviews(service, options))
      : []),
  ];
}

/** A weighted record is made for one name; what stands for many is left to its owner. */
const plainNames = (domains: readonly string[]) => domains.filter((name) => /^[a-z0-9.-]+$/i.test(name));

function renderShift(service: MigratedService, options: WorkflowOptions): string {
  return fill('shift', {
    header: [
      'Moves the domain one step. You dispatch it. It shows the plan, waits until somebody approves it, and does exactly that.',
      'Before the first run: create the environment `dns-shift` with required reviewers, and the roles (docs/gates.md of the action).',
    ],
    replaced: [...domainOf(service), ...sidesOf(service), ...placeOf(options)],
  });
}

function renderShiftWithoutReviewers(service: MigratedService, options: WorkflowOptions): string {
  return fill('shift-without-reviewers', {
    header: [
      'Moves the domain one step where GitHub has no required reviewers: a private repository on Pro or Team. Delete it otherwise.',
      'A run without plan-checksum only plans. Its summary ends with the command of a second run, which does exactly that plan.',
    ],
    replaced: [...domainOf(service), ...sidesOf(service), ...placeOf(options)],
  });
}

function renderRollback(service: MigratedService, options: WorkflowOptions): string {
  return fill('rollback', {
    header: [
      'Gives all traffic back to App Runner, at once and without a reviewer.',
      'Before you need it: create the environment `dns-rollback`, limited to the default branch, and its role (docs/gates.md of the action).',
    ],
    replaced: [...domainOf(service), ...placeOf(options)],
  });
}

function renderPreviews(service: MigratedService, options: WorkflowOptions): readonly WrittenWorkflow[] {
  const inputs = new Map(service.inputs.map(({ name, value }) => [name, value]));
  const serviceName = inputs.get('service-name') ?? service.name;
  const named: readonly Replacement[] = [['service-name: web', `service-name: ${quoteYaml(serviceName)}`]];
  return [
    {
      name: 'previews.yml',
      text: fill('previews', {
        header: [
          'Every pull request with the label `preview` gets a service of its own, and a comment with its URL. Delete this file if you want none.',
          'Before the first run: create the role with Previews=true (docs/previews.md of the action). Variables and secrets are not copied.',
        ],
        replaced: [
          ...named,
          ...placeOf(options),
          ['group: preview-web-', `group: preview-${serviceName}-`],
          ['          source: .\n', renderBuild(inputs)],
          ['container-port: "8080"', `container-port: ${quoteYaml(inputs.get('container-port') ?? '8080')}`],
          [
            'health-check-path: /health',
            `health-check-path: ${quoteYaml(inputs.get('health-check-path') ?? '/')}`,
          ],
        ],
      }),
    },
    {
      name: 'sweep-previews.yml',
      text: fill('sweep-previews', {
        header: [
          'Deletes previews that the workflow of previews missed. Delete this file together with that one: without the role it fails every night.',
        ],
        replaced: [...named, ...placeOf(options)],
      }),
    },
  ];
}

/** What says how the image is built, as the workflow of the deployment has it. */
function renderBuild(inputs: ReadonlyMap<string, string>): string {
  const names = ['source', 'build-from', 'runtime', 'build-command', 'start-command'];
  const given = names.flatMap((name) => {
    const value = inputs.get(name) ?? (name === 'source' ? '.' : undefined);
    return value === undefined ? [] : [`          ${name}: ${quoteYaml(value)}\n`];
  });
  return given.join('');
}

type Replacement = readonly [example: string, own: string];

function domainOf({ domains }: MigratedService): readonly Replacement[] {
  const names = plainNames(domains);
  return [
    ['domain: app.example.com', `domain: ${names.join(', ')}`],
    ['app.example.com', names[0] ?? ''],
  ];
}

function sidesOf({ name, inputs }: MigratedService): readonly Replacement[] {
  const given = new Map(inputs.map(({ name: input, value }) => [input, value]));
  const cluster = given.get('cluster');
  return [
    ['apprunner-service: web-app', `apprunner-service: ${quoteYaml(name)}`],
    [
      'express-service: web\n',
      `express-service: ${quoteYaml(given.get('service-name') ?? name)}\n${cluster === undefined ? '' : `          cluster: ${quoteYaml(cluster)}\n`}`,
    ],
  ];
}

function placeOf(options: WorkflowOptions): readonly Replacement[] {
  const pin = '@0000000000000000000000000000000000000000 # v0.1.0';
  return [
    ['aws-region: eu-west-1', `aws-region: ${options.region}`],
    [`OWNER/express-deploy-actions/shift-traffic${pin}`, nameAction('/shift-traffic', options)],
    [`OWNER/express-deploy-actions${pin}`, nameAction('', options)],
  ];
}

function fill(
  name: keyof typeof exampleWorkflows,
  { header, replaced }: { readonly header: readonly string[]; readonly replaced: readonly Replacement[] },
): string {
  const lines: readonly string[] = exampleWorkflows[name];
  // What stands above the name tells how to fill in the example.
  const body = `${lines.slice(lines.findIndex((line) => line.startsWith('name:'))).join('\n')}\n`;
  const filled = replaceAtOnce(body, replaced);
  return `${['Written by operation: plan-migration.', ...header].map((line) => `# ${line}`).join('\n')}\n${filled}`;
}

/** In one pass: what was filled in may look like another example. Of two that fit, the first is taken. */
function replaceAtOnce(text: string, replaced: readonly Replacement[]): string {
  const literally = (example: string) => example.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const anyOf = new RegExp(replaced.map(([example]) => literally(example)).join('|'), 'g');
  const own = new Map(replaced);
  return text.replace(anyOf, (example) => own.get(example) ?? example);
}
