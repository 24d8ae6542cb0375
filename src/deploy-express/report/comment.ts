import { escapeText, renderCode, renderTable } from '../../markdown.ts';
import { renderDuration } from '../model/timeline.ts';

/** What state of the preview its pull request shows. */
export type PreviewState =
  /** `url` is where the version before still answers. */
  | { readonly kind: 'pending'; readonly url: string | undefined }
  | {
      readonly kind: 'live';
      readonly url: string | undefined;
      readonly imageDigest: string | undefined;
      readonly durationSeconds: number;
    }
  | {
      readonly kind: 'failed';
      /** In words of ours. */
      readonly reason: string;
      /** It runs all the same: something after its deployment failed. */
      readonly isDeployed: boolean;
      readonly url: string | undefined;
      readonly durationSeconds: number;
    }
  | { readonly kind: 'removed'; readonly because: string };

export type PreviewCommentFacts = {
  readonly cluster: string;
  /** The name of the preview itself. */
  readonly serviceName: string;
  /** The service of the input `service-name`. */
  readonly previewOf: string;
  /** Head of the pull request; `undefined` where it is not known. */
  readonly commitSha: string | undefined;
  /** The page of this job; `''` when no job runs the action. */
  readonly runUrl: string;
};

/** Names cluster and service, since each of several services of a pull request has a comment. */
export function previewMarker({
  cluster,
  serviceName,
}: Pick<PreviewCommentFacts, 'cluster' | 'serviceName'>): string {
  // Only the name of an ARN: whoever reads the comment need not learn the account.
  return `<!-- deploy-express:preview:${cluster.replace(/^.*\//, '')}/${serviceName} -->`;
}

const words: Readonly<Record<PreviewState['kind'], string>> = {
  pending: 'being deployed',
  live: 'live',
  failed: 'failed',
  removed: 'removed',
};

function urlTitle(state: Exclude<PreviewState, { kind: 'removed' }>): string {
  switch (state.kind) {
    case 'pending':
      return 'Until then';
    case 'live':
      return 'URL';
    case 'failed':
      return state.isDeployed ? 'URL' : 'Still running';
  }
}

export function renderPreviewComment(facts: PreviewCommentFacts, state: PreviewState): string {
  const table = renderTable({ head: ['Property', 'Value'], rows: renderRows(facts, state), maxRows: 10 });
  const lines = [
    previewMarker(facts),
    `### Preview of ${renderCode(facts.previewOf)}: ${words[state.kind]}`,
    '',
    ...renderSentence(state),
    ...(table.length === 0 ? [] : [...table, '']),
    ...(/^https?:\/\/[^\s<>]+$/.test(facts.runUrl) ? [`[Log of the job](<${facts.runUrl}>)`] : []),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function renderSentence(state: PreviewState): readonly string[] {
  switch (state.kind) {
    case 'failed':
      return [`It failed: ${escapeText(state.reason)}. The log shows the reason.`, ''];
    case 'removed':
      return [`It was deleted: ${escapeText(state.because)}.`, ''];
    case 'pending':
    case 'live':
      return [];
  }
}

function renderRows(facts: PreviewCommentFacts, state: PreviewState): readonly (readonly string[])[] {
  if (state.kind === 'removed') return [];
  const { url } = state;
  return [
    ...(url === undefined ? [] : [[urlTitle(state), renderUrl(url)]]),
    ...(facts.commitSha ? [['Commit', renderCode(facts.commitSha)]] : []),
    ...(state.kind === 'live' && state.imageDigest ? [['Image', renderCode(state.imageDigest)]] : []),
    ['Service', renderCode(facts.serviceName)],
    ...(state.kind === 'pending' ? [] : [['Took', renderDuration(state.durationSeconds)]]),
  ];
}

/** Angle brackets make a link of what is only ever a host name; anything else stays text. */
function renderUrl(url: string): string {
  return /^https:\/\/[\w.-]+$/.test(url) ? `<${url}>` : renderCode(url);
}
