import fc from 'fast-check';
import {
  type PreviewCommentFacts,
  type PreviewState,
  previewMarker,
  renderPreviewComment,
} from '../../../../src/deploy-express/report/comment.ts';

const facts: PreviewCommentFacts = {
  cluster: 'default',
  serviceName: 'web-pr-7',
  previewOf: 'web',
  commitSha: 'a'.repeat(40),
  runUrl: 'https://github.com/octo/shop/actions/runs/1001/attempts/1',
};
const url = 'https://we-0123456789abcdef0123456789abcdef.ecs.eu-west-1.on.aws';

test.each<[string, PreviewState]>([
  ['first deployment', { kind: 'pending', url: undefined }],
  ['update under way', { kind: 'pending', url }],
  ['live', { kind: 'live', url, imageDigest: `sha256:${'b'.repeat(64)}`, durationSeconds: 305 }],
  [
    'failed',
    { kind: 'failed', isDeployed: false, reason: 'the deployment was rolled back', url, durationSeconds: 61 },
  ],
  ['removed', { kind: 'removed', because: 'pull request 7 is closed' }],
])('%s', (_what, state) => {
  expect(renderPreviewComment(facts, state)).toMatchSnapshot();
});

test('the comment is known by cluster and service, without the account', () => {
  const arn = 'arn:aws:ecs:eu-west-1:123456789012:cluster/staging';
  expect(previewMarker({ cluster: arn, serviceName: 'web-pr-7' })).toBe(
    '<!-- deploy-express:preview:staging/web-pr-7 -->',
  );
});

test('a reason is text, whatever is in it', () => {
  const reason = 'no | <img src=x> @octo/team https://evil.example [x](y) --> **bold**\n# head';
  const body = renderPreviewComment(facts, {
    kind: 'failed',
    isDeployed: false,
    reason,
    url: undefined,
    durationSeconds: 1,
  });
  const line = body.split('\n').find((each) => each.startsWith('It failed')) ?? '';
  expect(line).not.toMatch(/[|<>@[\]*]|https:\/\//);
  expect(line).toContain('# head'.replace('#', '&#35;'));
});

test('whatever AWS or a user says, the body begins with the marker and is one that GitHub takes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20_000 });
  fc.assert(
    fc.property(text, text, text, (reason, because, odd) => {
      for (const state of [
        { kind: 'failed', isDeployed: false, reason, url: odd, durationSeconds: 1 },
        { kind: 'removed', because },
        { kind: 'live', url: odd, imageDigest: odd, durationSeconds: 1 },
      ] satisfies PreviewState[]) {
        const body = renderPreviewComment({ ...facts, runUrl: odd, commitSha: odd }, state);
        expect(body.split('\n')[0]).toBe(previewMarker(facts));
        expect(body.length).toBeLessThan(65_536);
        expect(body.match(/<!--/g)).toHaveLength(1);
      }
    }),
    { numRuns: 50 },
  );
});
