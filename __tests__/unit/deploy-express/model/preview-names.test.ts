import fc from 'fast-check';
import {
  isPreviewImageTag,
  previewImageTag,
  previewServiceName,
} from '../../../../src/deploy-express/model/tags.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';

test.each([
  ['web', 7, 'web-pr-7'],
  ['My_Shop-2', 12345, 'My_Shop-2-pr-12345'],
  ['x'.repeat(58), 7, `${'x'.repeat(58)}-pr-7`],
  ['x'.repeat(59), 7, `${'x'.repeat(49)}-6e20a119-pr-7`],
  ['-web', 7, 'web-9cc3145b-pr-7'],
  ['___', 7, 'bda25155-pr-7'],
])('%s, pull request %d: %s', (serviceName, pullRequest, expected) => {
  expect(previewServiceName(serviceName, pullRequest)).toBe(expected);
});

const serviceNames = fc.stringMatching(/^[A-Za-z0-9_-]{1,255}$/);
const pullRequests = fc.integer({ min: 1, max: 2 ** 31 });

test('every name is one that ECS, a host and an image tag take, and ends with the number', () => {
  fc.assert(
    fc.property(serviceNames, pullRequests, (serviceName, pullRequest) => {
      const name = previewServiceName(serviceName, pullRequest);
      expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/);
      expect(name.endsWith(`-pr-${pullRequest}`)).toBe(true);
      expect(previewImageTag(name, commit)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/);
    }),
  );
});

test('two pull requests, and two services, never share a name', () => {
  const pairs = fc.tuple(serviceNames, pullRequests);
  fc.assert(
    fc.property(pairs, pairs, ([oneName, oneNumber], [otherName, otherNumber]) => {
      fc.pre(oneName !== otherName || oneNumber !== otherNumber);
      expect(previewServiceName(oneName, oneNumber)).not.toBe(previewServiceName(otherName, otherNumber));
    }),
  );
});

test('long names that begin the same are told apart', () => {
  const long = 'a'.repeat(200);
  expect(previewServiceName(`${long}x`, 7)).not.toBe(previewServiceName(`${long}y`, 7));
});

test.each([
  ['the tag of a build', `web-pr-7-${commit}`, true],
  ['the tag that a replaced build gets', `web-pr-7-${commit}-0123456789ab`, true],
  ['a commit of production', commit, false],
  ['a tag that a user set', 'web-pr-7-latest', false],
  ['another pull request', `web-pr-71-${commit}`, false],
  ['another service', `api-pr-7-${commit}`, false],
  ['a preview of a preview', `web-pr-7-pr-8-${commit}`, false],
  ['the cache', 'buildcache', false],
])('belongs to web-pr-7 or not: %s', (_what, tag, expected) => {
  expect(isPreviewImageTag('web-pr-7', tag)).toBe(expected);
});

test('a preview knows its own tags, and no tag of another preview', () => {
  fc.assert(
    fc.property(serviceNames, pullRequests, pullRequests, (serviceName, one, other) => {
      fc.pre(one !== other);
      const [own, foreign] = [previewServiceName(serviceName, one), previewServiceName(serviceName, other)];
      expect(isPreviewImageTag(own, previewImageTag(own, commit))).toBe(true);
      expect(isPreviewImageTag(own, previewImageTag(foreign, commit))).toBe(false);
    }),
  );
});
