import fc from 'fast-check';
import type { SeenPreview } from '../../../../src/deploy-express/model/observed.ts';
import { type PullRequestState, planSweep } from '../../../../src/deploy-express/preview/plan-sweep.ts';

const now = Date.UTC(2026, 10, 24, 12);
const hours = (count: number) => count * 3_600_000;
const limits = { nowMs: now, maxIdleHours: 72, maxDeletions: 10 };

const preview = (pullRequest: number, idleHours: number): SeenPreview => ({
  serviceName: `web-pr-${pullRequest}`,
  serviceArn: `arn:aws:ecs:eu-west-1:123456789012:service/default/web-pr-${pullRequest}`,
  repositoryId: '5678',
  pullRequest,
  previewOf: 'web',
  createdAt: now - hours(idleHours),
  lastDeployedAt: now - hours(idleHours),
  imageRepository: undefined,
});

test('those of closed pull requests go first, then the longest idle ones; the others stay', () => {
  const previews = [preview(1, 1), preview(2, 100), preview(3, 200), preview(4, 71), preview(5, 72)];
  const states = new Map<number, PullRequestState>([
    [1, 'closed'],
    [2, 'open'],
    [3, 'open'],
    [4, 'open'],
    [5, 'open'],
  ]);
  const plan = planSweep(previews, states, limits);
  expect(plan.deletions.map(({ sentence }) => sentence)).toEqual([
    'delete web-pr-1: pull request 1 is closed',
    'delete web-pr-3: nothing was deployed to it for 200 hours',
    'delete web-pr-2: nothing was deployed to it for 100 hours',
  ]);
  expect(plan.kept.map(({ pullRequest }) => pullRequest)).toEqual([5, 4]);
  expect(plan.notices).toEqual([]);
});

test('a pull request that GitHub does not show is not taken for closed', () => {
  const states = new Map<number, PullRequestState>([[1, 'unknown']]);
  const plan = planSweep([preview(1, 1), preview(2, 100)], states, limits);
  expect(plan.deletions.map(({ preview: { pullRequest } }) => pullRequest)).toEqual([2]);
  expect(plan.notices).toEqual([
    'GitHub does not show pull requests 1, 2: of these, only idle previews are deleted.',
  ]);
});

test('what is more than one run deletes is left, and said', () => {
  const previews = [preview(1, 100), preview(2, 300), preview(3, 200)];
  const plan = planSweep(previews, new Map(previews.map(({ pullRequest }) => [pullRequest, 'open'])), {
    ...limits,
    maxDeletions: 2,
  });
  expect(plan.deletions.map(({ preview: { pullRequest } }) => pullRequest)).toEqual([2, 3]);
  expect(plan.postponed.map(({ preview: { pullRequest } }) => pullRequest)).toEqual([1]);
  expect(plan.notices).toEqual([
    '3 previews are to be deleted, and max-deletions is 2: the next run deletes the others.',
  ]);
});

test('every preview is in one place, never more go than allowed, and none that is open and in use', () => {
  const previews = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 300 })), {
      selector: ([number]) => number,
    })
    .map((pairs) => pairs.map(([number, idle]) => preview(number, idle)));
  const state = fc.constantFrom<PullRequestState>('open', 'closed', 'unknown');
  fc.assert(
    fc.property(previews, fc.array(state), fc.integer({ min: 1, max: 20 }), (seen, drawn, maxDeletions) => {
      const states = new Map(seen.map(({ pullRequest }, index) => [pullRequest, drawn[index] ?? 'open']));
      const plan = planSweep(seen, states, { ...limits, maxDeletions });
      const due = [...plan.deletions, ...plan.postponed].map((deletion) => deletion.preview);
      expect(new Set([...due, ...plan.kept])).toEqual(new Set(seen));
      expect(due.length + plan.kept.length).toBe(seen.length);
      expect(plan.deletions.length).toBe(Math.min(due.length, maxDeletions));
      for (const { pullRequest, lastDeployedAt } of due) {
        expect(states.get(pullRequest) === 'closed' || now - lastDeployedAt > hours(72)).toBe(true);
      }
    }),
  );
});
