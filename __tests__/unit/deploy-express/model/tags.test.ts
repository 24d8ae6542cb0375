import fc from 'fast-check';
import {
  isPreviewOf,
  isReservedTag,
  type PreviewRecord,
  previewTagCount,
  readPreviewTags,
  recordOf,
  renderPreviewTags,
} from '../../../../src/deploy-express/model/tags.ts';
import { deployInputs } from '../../../helpers/deploy-inputs.ts';

const record: PreviewRecord = {
  repositoryId: '5678',
  pullRequest: 7,
  previewOf: 'web',
  createdAt: Date.UTC(2026, 10, 23, 9, 30),
  lastDeployedAt: Date.UTC(2026, 10, 24, 10, 0, 5),
  imageRepository: 'web-previews',
};

test('the tags of a preview', () => {
  expect(renderPreviewTags(record)).toEqual([
    { key: 'managed-by', value: 'deploy-express' },
    { key: 'deploy-express:repository-id', value: '5678' },
    { key: 'deploy-express:pull-request', value: '7' },
    { key: 'deploy-express:preview-of', value: 'web' },
    { key: 'deploy-express:created-at', value: '2026-11-23T09:30:00Z' },
    { key: 'deploy-express:last-deployed-at', value: '2026-11-24T10:00:05Z' },
    { key: 'deploy-express:image-repository', value: 'web-previews' },
  ]);
  expect(renderPreviewTags(record)).toHaveLength(previewTagCount);
});

test('what is written is read', () => {
  const records = fc.record({
    repositoryId: fc.stringMatching(/^[1-9]\d{0,9}$/),
    pullRequest: fc.integer({ min: 1 }),
    previewOf: fc.stringMatching(/^[A-Za-z0-9_-]{1,255}$/),
    createdAt: fc.integer({ min: 0, max: 4e9 }).map((seconds) => seconds * 1000),
    lastDeployedAt: fc.integer({ min: 0, max: 4e9 }).map((seconds) => seconds * 1000),
    imageRepository: fc.option(fc.stringMatching(/^[a-z]{2,20}$/), { nil: undefined }),
  });
  fc.assert(fc.property(records, (each) => expect(readPreviewTags(renderPreviewTags(each))).toEqual(each)));
});

test.each(
  renderPreviewTags(record)
    .map(({ key }) => key)
    .filter((key) => !key.endsWith('image-repository')),
)('without %s, or with another value, it is nobody’s preview', (key) => {
  const others = renderPreviewTags(record).filter((tag) => tag.key !== key);
  expect(readPreviewTags(others)).toBeUndefined();
  expect(isPreviewOf([...others, { key, value: 'x' }], record)).toBe(false);
});

test.each<[string, Partial<PreviewRecord>]>([
  ['repository', { repositoryId: '5679' }],
  ['pull request', { pullRequest: 8 }],
  ['service', { previewOf: 'api' }],
])('the preview of another %s is not this one', (_what, other) => {
  expect(isPreviewOf(renderPreviewTags(record), record)).toBe(true);
  expect(isPreviewOf(renderPreviewTags({ ...record, ...other }), record)).toBe(false);
});

test('users can neither set nor lose them', () => {
  for (const { key } of renderPreviewTags(record)) expect(isReservedTag(key)).toBe(true);
  expect(() => deployInputs({ tags: 'deploy-express:pull-request=7' })).toThrow('which is reserved');
});

test('only images that this action builds are its to delete', () => {
  const preview = { repositoryId: '5678', pullRequest: 7, previewOf: 'web', deployedAt: 0 };
  expect(recordOf(preview, { kind: 'image', reference: 'web:1' }).imageRepository).toBeUndefined();
});
