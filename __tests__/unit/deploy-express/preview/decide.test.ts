import type { PreviewInputs } from '../../../../src/deploy-express/model/inputs.ts';
import {
  decidePreview,
  type PreviewDecision,
  reconsider,
} from '../../../../src/deploy-express/preview/decide.ts';
import type { PullRequest, PullRequestEvent } from '../../../../src/github/pull-request.ts';

const byLabel: PreviewInputs = { trigger: 'label', label: 'preview', maxPreviews: 10 };
const all: PreviewInputs = { ...byLabel, trigger: 'all' };

const pullRequest = (more: Partial<PullRequest> = {}): PullRequest => ({
  number: 7,
  isOpen: true,
  labels: ['preview'],
  headSha: 'a'.repeat(40),
  isFromFork: false,
  author: 'octocat',
  ...more,
});

type Case = {
  readonly action: string;
  readonly label?: string;
  readonly of?: Partial<PullRequest>;
  readonly preview?: PreviewInputs;
  readonly actor?: string;
};

function decide({ action, label, of, preview = byLabel, actor = 'octocat' }: Case): PreviewDecision {
  const event: PullRequestEvent = { action, label, pullRequest: pullRequest(of) };
  return decidePreview({ eventName: 'pull_request', event, actor }, preview);
}

test.each<[string, Case]>([
  ['opened with the label', { action: 'opened' }],
  ['reopened with the label', { action: 'reopened' }],
  ['pushed to with the label', { action: 'synchronize' }],
  ['given the label', { action: 'labeled', label: 'preview' }],
  ['given the label in another case', { action: 'labeled', label: 'Preview' }],
  ['opened without a label, when all are wanted', { action: 'opened', of: { labels: [] }, preview: all }],
])('deployed: %s', (_what, seen) => {
  expect(decide(seen)).toEqual({ kind: 'deploy' });
});

test.each<[string, Case, string]>([
  ['closed', { action: 'closed', of: { isOpen: false } }, 'pull request 7 is closed'],
  [
    'closed after the label was lost unseen',
    { action: 'closed', of: { isOpen: false, labels: [] } },
    'pull request 7 is closed',
  ],
  [
    'the label taken away',
    { action: 'unlabeled', label: 'preview', of: { labels: [] } },
    'pull request 7 lost the label preview',
  ],
])('deleted: %s', (_what, seen, because) => {
  expect(decide(seen)).toEqual({ kind: 'delete', because });
});

test.each<[string, Case, string]>([
  ['opened without the label', { action: 'opened', of: { labels: [] } }, 'does not have the label preview'],
  ['pushed to without the label', { action: 'synchronize', of: { labels: ['bug'] } }, 'does not have'],
  ['given another label', { action: 'labeled', label: 'bug' }, 'is not preview'],
  ['losing another label', { action: 'unlabeled', label: 'bug' }, 'is not preview'],
  [
    'losing a label when all are wanted',
    { action: 'unlabeled', label: 'preview', preview: all },
    'preview-trigger is all, so the labels of pull request 7 do not matter',
  ],
  ['given a label when all are wanted', { action: 'labeled', label: 'bug', preview: all }, 'do not matter'],
  ['edited', { action: 'edited' }, 'edited does not change the preview of pull request 7'],
  ['set to merge', { action: 'auto_merge_enabled' }, 'auto_merge_enabled does not change the preview'],
  ['a fork', { action: 'opened', of: { isFromFork: true } }, 'comes from a fork'],
  ['a fork that closes', { action: 'closed', of: { isFromFork: true, isOpen: false } }, 'comes from a fork'],
  ['Dependabot', { action: 'opened', of: { author: 'dependabot[bot]' } }, 'is from Dependabot'],
  [
    'Dependabot pushing to a colleague',
    { action: 'synchronize', actor: 'dependabot[bot]' },
    'from Dependabot',
  ],
])('nothing: %s', (_what, seen, because) => {
  expect(decide(seen)).toEqual({ kind: 'nothing', because: expect.stringContaining(because) });
});

test.each(['push', 'schedule', 'pull_request_target', 'workflow_dispatch'])(
  'nothing: the event %s',
  (name) => {
    const decision = decidePreview({ eventName: name, event: undefined, actor: 'octocat' }, all);
    expect(decision).toEqual({
      kind: 'nothing',
      because: `previews are created on the event pull_request, and this is ${name}`,
    });
  },
);

describe('what the pull request is now goes before what the event says', () => {
  test.each<[string, PreviewDecision, PullRequest, PreviewInputs, PreviewDecision]>([
    ['still wanted', { kind: 'deploy' }, pullRequest(), byLabel, { kind: 'deploy' }],
    [
      'closed meanwhile',
      { kind: 'deploy' },
      pullRequest({ isOpen: false }),
      byLabel,
      { kind: 'delete', because: 'pull request 7 was closed in the meantime' },
    ],
    [
      'label gone meanwhile',
      { kind: 'deploy' },
      pullRequest({ labels: [] }),
      byLabel,
      { kind: 'delete', because: 'pull request 7 lost the label preview in the meantime' },
    ],
    ['no label needed', { kind: 'deploy' }, pullRequest({ labels: [] }), all, { kind: 'deploy' }],
    [
      'opened again before its deletion ran',
      { kind: 'delete', because: 'pull request 7 is closed' },
      pullRequest(),
      byLabel,
      {
        kind: 'nothing',
        because: 'pull request 7 asks for a preview again. The run of that event handles it',
      },
    ],
    [
      'still closed',
      { kind: 'delete', because: 'pull request 7 is closed' },
      pullRequest({ isOpen: false }),
      all,
      { kind: 'delete', because: 'pull request 7 is closed' },
    ],
    [
      'pushed to meanwhile',
      { kind: 'deploy' },
      pullRequest({ headSha: 'b'.repeat(40) }),
      byLabel,
      {
        kind: 'nothing',
        because: `pull request 7 is at commit ${'b'.repeat(40)} now. The run of that push handles it; this run is of ${'a'.repeat(40)}`,
      },
    ],
    [
      'pushed to and closed meanwhile',
      { kind: 'deploy' },
      pullRequest({ headSha: 'b'.repeat(40), isOpen: false }),
      byLabel,
      { kind: 'delete', because: 'pull request 7 was closed in the meantime' },
    ],
    [
      'pushed to before it was closed',
      { kind: 'delete', because: 'pull request 7 is closed' },
      pullRequest({ headSha: 'b'.repeat(40), isOpen: false }),
      byLabel,
      { kind: 'delete', because: 'pull request 7 is closed' },
    ],
  ])('%s', (_what, decision, now, preview, expected) => {
    const { headSha } = pullRequest();
    expect(reconsider(decision, { headSha, now }, preview)).toEqual(expected);
  });
});
