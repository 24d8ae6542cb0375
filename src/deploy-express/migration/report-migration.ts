import { escapeText, renderCode, renderFence, renderTable } from '../../markdown.ts';
import type { OwnSummary } from '../model/result.ts';
import { renderRemarks } from '../report/summary.ts';
import type { MigratedService } from './migrated-service.ts';
import type { WrittenWorkflow } from './render-folder.ts';

const maxRows = 60;
/** So that the summary of a large account stays below the runner's 1 MiB; the JSON has them all. */
const maxServices = 40;
const maxWrittenLength = 100_000;

export function renderMigration(
  services: readonly MigratedService[],
  written: readonly WrittenWorkflow[] = [],
): OwnSummary {
  const lines = [
    'Nothing was changed. The tables show what each input would get, and what App Runner has that Express does not have:',
    ...services.slice(0, maxServices).flatMap(renderService),
    ...(services.length > maxServices
      ? ['', `… and ${services.length - maxServices} more, in the output.`]
      : []),
    ...renderWritten(written),
  ];
  const count = services.length;
  return { title: count === 1 ? 'Migration plan' : `Migration plan of ${count} App Runner services`, lines };
}

/** The workspace goes with the job, so that the summary is where a person finds the files. */
function renderWritten(written: readonly WrittenWorkflow[]): readonly string[] {
  if (written.length === 0) return [];
  return [
    '',
    '### Workflows',
    '',
    'These files were written into the workspace, which is deleted with the job. Keep them as an artifact, or copy them from here.',
    ...written.flatMap(({ name, text }) => [
      '',
      `<details><summary>${escapeText(name)}</summary>`,
      '',
      ...renderFence(
        text.length > maxWrittenLength
          ? [`too long to be shown: ${text.length} characters`]
          : text.trimEnd().split('\n'),
      ),
      '',
      '</details>',
    ]),
  ];
}

function renderService(service: MigratedService): readonly string[] {
  const rows = [
    ...service.inputs.map(({ name, value, from }) => [renderCode(name), renderCode(value), escapeText(from)]),
    ...service.environment.map((name) => [renderCode(`environment-variables: ${name}`), 'set', 'App Runner']),
    ...service.secrets.map(({ name, valueFrom }) => [
      renderCode(`secrets: ${name}`),
      renderCode(valueFrom),
      'App Runner',
    ]),
  ];
  return [
    '',
    `### ${renderCode(service.name)} (${escapeText(service.status)})`,
    '',
    ...renderTable({ head: ['Input', 'Value', 'From'], rows, maxRows }),
    ...renderDomains(service.domains),
    '',
    ...renderRemarks(service.remarks),
  ];
}

function renderDomains(domains: readonly string[]): readonly string[] {
  return domains.length === 0
    ? []
    : ['', `Domains to move with shift-traffic: ${domains.map(renderCode).join(', ')}`];
}

/** The output `migration-plan`: plain data, one object for each service. */
export function renderMigrationJson(services: readonly MigratedService[]): string {
  return JSON.stringify({
    services: services.map(({ inputs, ...rest }) => ({
      ...rest,
      inputs: Object.fromEntries(inputs.map(({ name, value }) => [name, value])),
    })),
  });
}

/** The log has one line for each service. */
export function renderMigrationLog(services: readonly MigratedService[]): readonly string[] {
  return services.map(({ name, source, remarks }) => {
    const urgent = remarks.filter(({ isUrgent }) => isUrgent).map(({ topic }) => topic);
    const left = urgent.length === 0 ? 'nothing to decide' : `to decide: ${urgent.join(', ')}`;
    return `${name}: built from ${source === 'code' ? 'source' : 'an image'}; ${left}`;
  });
}
