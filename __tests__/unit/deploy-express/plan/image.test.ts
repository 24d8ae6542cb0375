import type { RunningConfiguration } from '../../../../src/deploy-express/model/observed.ts';
import type { PlannedImage } from '../../../../src/deploy-express/model/plan.ts';
import { planDeploy } from '../../../../src/deploy-express/plan/plan.ts';
import { deployInputs, roles } from '../../../helpers/deploy-inputs.ts';
import { expressService } from '../../../helpers/observed-service.ts';

type Known = Extract<PlannedImage, { kind: 'known' }>;

const tag = 'registry.example/web:1';
const [digest, another] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];

function plan(image: Omit<Known, 'kind'>, running: Partial<RunningConfiguration>, raw = {}) {
  const service = expressService({ running: { image: tag, imageDigest: digest, ...running } });
  return planDeploy(deployInputs({ image: image.reference, ...raw }), service, { kind: 'known', ...image });
}

/** Only two equal digests, or a reference that is one, show that nothing differs. */
test.each<[string, Omit<Known, 'kind'>, Partial<RunningConfiguration>, 'unchanged' | 'update']>([
  ['both digests are known and equal', { reference: tag, digest }, {}, 'unchanged'],
  ['the digest of the tag is not known', { reference: tag, digest: undefined }, {}, 'update'],
  ['the digest that runs is not known', { reference: tag, digest }, { imageDigest: undefined }, 'update'],
  ['neither is known', { reference: tag, digest: undefined }, { imageDigest: undefined }, 'update'],
  ['they differ', { reference: tag, digest: another }, {}, 'update'],
  ['the registry names another', { reference: tag, digest: undefined, moved: true }, {}, 'update'],
  [
    'the reference is a digest, and nothing else is known',
    { reference: `registry.example/web@${digest}`, digest: undefined },
    { image: `registry.example/web@${digest}`, imageDigest: undefined },
    'unchanged',
  ],
  [
    'the reference has a tag and a digest',
    { reference: `${tag}@${digest}`, digest: undefined },
    { image: `${tag}@${digest}`, imageDigest: undefined },
    'unchanged',
  ],
  [
    'another digest is asked for',
    { reference: `registry.example/web@${another}`, digest: another },
    { image: `registry.example/web@${digest}` },
    'update',
  ],
])('%s', (_name, image, running, intent) => {
  const made = plan(image, running);
  expect(made).toMatchObject({ kind: 'proceed', intent });
});

test.each<[string, Omit<Known, 'kind'>, Partial<RunningConfiguration>, RegExp | undefined]>([
  [
    'why it was not seen',
    { reference: tag, digest: undefined, unseen: 'the registry answered 429' },
    {},
    /could not be seen, so it is deployed again: the registry answered 429\./,
  ],
  [
    'which permission is missing',
    { reference: tag, digest },
    { imageDigest: undefined },
    /ecs:DescribeServiceRevisions/,
  ],
  [
    'that it moved',
    { reference: tag, digest: undefined, moved: true },
    {},
    /was pushed anew, so it is deployed/,
  ],
  [
    'nothing where another tag is given',
    { reference: 'registry.example/web:2', digest: undefined },
    {},
    undefined,
  ],
])('a notice says %s', (_name, image, running, notice) => {
  const made = plan(image, running);
  if (made.kind !== 'proceed') throw new Error(made.because);
  if (notice === undefined) expect(made.notices).toEqual([]);
  else expect(made.notices.join('\n')).toMatch(notice);
});

const fits = (platforms: readonly string[], raw: object, running: string | undefined) =>
  plan(
    { reference: 'registry.example/web:2', digest: another, platforms },
    {
      settings: {
        ...(running !== undefined && { cpuArchitecture: running as 'ARM64' }),
      },
    },
    raw,
  );

test.each<[string, readonly string[], object, string | undefined, RegExp | undefined]>([
  ['wanted and there', ['linux/amd64', 'linux/arm64'], { 'cpu-architecture': 'ARM64' }, undefined, undefined],
  [
    'wanted and missing',
    ['linux/arm64'],
    { 'cpu-architecture': 'X86_64' },
    undefined,
    /linux\/arm64, but cpu-architecture asks for X86_64/,
  ],
  ['not wanted, and as it runs', ['linux/arm64'], {}, 'ARM64', undefined],
  ['not wanted, by default', ['linux/amd64'], {}, undefined, undefined],
  [
    'nothing that ECS runs',
    ['windows/amd64', 'linux/386'],
    {},
    undefined,
    /is for windows\/amd64, linux\/386, and ECS Express runs/,
  ],
  ['nothing known', [], {}, undefined, undefined],
])('an image is %s', (_name, platforms, raw, running, refusal) => {
  const made = fits(platforms, raw, running);
  if (refusal === undefined) {
    expect(made).toMatchObject({ kind: 'proceed' });
    expect(made).not.toMatchObject({
      changes: expect.arrayContaining([
        expect.objectContaining({ setting: 'cpu-architecture', origin: 'the image' }),
      ]),
    });
  } else expect(made).toMatchObject({ kind: 'refuse', because: expect.stringMatching(refusal) });
});

test('an image for one architecture only is run on that one, and a notice says so', () => {
  const made = fits(['linux/arm64', 'linux/s390x'], {}, undefined);
  expect(made).toMatchObject({
    kind: 'proceed',
    changes: expect.arrayContaining([
      expect.objectContaining({ setting: 'cpu-architecture', after: 'ARM64' }),
    ]),
    notices: expect.arrayContaining([expect.stringContaining('cpu-architecture is set to ARM64')]),
  });
  const created = planDeploy(
    deployInputs({ ...roles, image: tag }),
    { kind: 'absent', clusterExists: true, expressServiceCount: 0 },
    { kind: 'known', reference: tag, digest, platforms: ['linux/arm64'] },
  );
  expect(created).toMatchObject({
    steps: expect.arrayContaining([
      expect.objectContaining({ desired: expect.objectContaining({ cpuArchitecture: 'ARM64' }) }),
    ]),
  });
});
