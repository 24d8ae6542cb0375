import { escapeText, renderCode, renderTable } from '../../markdown.ts';
import { renderDuration } from '../model/timeline.ts';
import { withoutAccounts } from '../without-accounts.ts';

/** What a preview is just now, as its pull request shows it. */
export type PreviewState =
  /** `url`: where the version before still answers. */
  | { readonly kind: 'pending'; readonly url: string | undefined }
  | {
      readonly kind: 'live';
      readonly url: string | undefined;
      readonly imageDigest: string | undefined;
      readonly durationSeconds: number;
    }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly url: string | undefined;
      readonly durationSeconds: number;
    }
  | { readonly kind: 'removed'; readonly because: string };

export type PreviewCommentFacts = {
  readonly cluster: string;
  /** Of the preview itself. */
  readonly serviceName: string;
  /** `service-name` of the inputs. */
  readonly previewOf: string;
  /** Head of the pull request; `undefined` where it is not known. */
  readonly commitSha: string | undefined;
  /** Of the job that says it; `''` outside of one. */
  readonly runUrl: string;
};

/** Known by cluster and service: several services of a pull request have a comment each. */
export function previewMarker({
  cluster,
  serviceName,
}: Pick<PreviewCommentFacts, 'cluster' | 'serviceName'>): string {
  // Of an ARN only the name: the account is nobody's business who reads the comment.
  return `<!-- deploy-express:preview:${cluster.replace(/^.*\//, '')}/${serviceName} -->`;
}

const words: Readonly<Record<PreviewState['kind'], string>> = {
  pending: 'being deployed',
  live: 'live',
  failed: 'failed',
  removed: 'removed',
};

const urlWords = { pending: 'Until then', live: 'URL', failed: 'Still running' } as const;

const maxReasonLength = 1_000;

export function renderPreviewComment(facts: PreviewCommentFacts, state: PreviewState): string {
  const table = renderTable({ head: ['', ''], rows: renderRows(facts, state), maxRows: 10 });
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
      return [escapeText(withoutAccounts(state.reason), maxReasonLength), ''];
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
    ...(url === undefined ? [] : [[urlWords[state.kind], renderUrl(url)]]),
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
