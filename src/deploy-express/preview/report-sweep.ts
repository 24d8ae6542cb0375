import type { ActionError } from '../../errors.ts';
import { escapeText, renderCode, renderList, renderTable } from '../../markdown.ts';
import type { OwnSummary } from '../model/result.ts';
import type { Deletion, SweepPlan } from './plan-sweep.ts';

const maxRows = 80;

/** What the job summary shows of a sweep, in GitHub's Markdown. */
export function renderSweep(swept: {
  readonly plan: SweepPlan;
  readonly deleted: readonly Deletion[];
  readonly failures: readonly ActionError[];
  readonly dryRun: boolean;
}): OwnSummary {
  const { plan, deleted, failures, dryRun } = swept;
  const lines = [
    ...section(dryRun ? 'Would be deleted' : 'Deleted', renderDeletions(dryRun ? plan.deletions : deleted)),
    ...section(
      'Could not be deleted',
      renderList(
        failures.map(({ message }) => message),
        maxRows,
      ),
    ),
    ...section('Left for the next run', renderDeletions(plan.postponed)),
    ...section(
      'In use',
      renderList(
        plan.kept.map(({ serviceName }) => serviceName),
        maxRows,
      ),
    ),
    ...section('Notices', renderList(plan.notices, maxRows)),
  ];
  const title = `Previews: ${dryRun ? `${plan.deletions.length} would be deleted` : `${deleted.length} deleted`}`;
  return { title, lines };
}

function renderDeletions(deletions: readonly Deletion[]): readonly string[] {
  return renderTable({
    head: ['Service', 'Why'],
    rows: deletions.map(({ preview, because }) => [renderCode(preview.serviceName), escapeText(because)]),
    maxRows,
  });
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`### ${title}`, '', ...lines, ''];
}
