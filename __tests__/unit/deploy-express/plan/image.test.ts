import type { RunningConfiguration } from '../../../../src/deploy-express/model/observed.ts';
import type { KnownImage, StatedImage } from '../../../../src/deploy-express/model/plan.ts';
import { planDeploy } from '../../../../src/deploy-express/plan/plan.ts';
import { deployInputs, executionRole, roles } from '../../../helpers/deploy-inputs.ts';
import { expressService } from '../../../helpers/observed-service.ts';

const tag = 'registry.example/web:1';
const [digest, another] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];

function plan(image: Omit<KnownImage, 'kind'>, running: Partial<RunningConfiguration>, raw = {}) {
  const service = expressService({ running: { image: tag, imageDigest: digest, ...running } });
  return planDeploy(deployInputs({ image: image.reference, ...raw }), service, { kind: 'known', ...image });
}

/** Only two equal digests, or a reference that is one, show that nothing differs. */
test.each<[string, Omit<KnownImage, 'kind'>, Partial<RunningConfiguration>, 'unchanged' | 'update']>([
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

test.each<[string, Omit<KnownImage, 'kind'>, Partial<RunningConfiguration>, RegExp | undefined]>([
  [
    'why it was not seen',
    { reference: tag, digest: undefined, unseen: 'the registry answered 429' },
    {},
    /It is not known whether .* so it is deployed again: the registry answered 429\./,
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
    /^registry\.example\/web:1 was pushed again, so it is deployed/,
  ],
  [
    'that it moved, by two digests',
    { reference: tag, digest: another },
    {},
    /^registry\.example\/web:1 was pushed again, so it is deployed/,
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

test.each<[string, Omit<KnownImage, 'kind'>, Partial<RunningConfiguration>, string]>([
  [
    'by digest, where its tag was pushed again',
    { reference: tag, digest: another },
    {},
    `registry.example/web@${another}`,
  ],
  [
    'by its tag, where that is a new one',
    { reference: 'registry.example/web:2', digest: another },
    {},
    'registry.example/web:2',
  ],
  ['by its tag, where its digest is not known', { reference: tag, digest: undefined }, {}, tag],
  [
    'by its tag, where the digest that runs is not known',
    { reference: tag, digest },
    { imageDigest: undefined },
    tag,
  ],
])('an image is sent %s', (_name, image, running, reference) => {
  expect(plan(image, running)).toMatchObject({
    steps: expect.arrayContaining([
      expect.objectContaining({ desired: expect.objectContaining({ image: reference }) }),
    ]),
  });
});

test.each<[string, Omit<KnownImage, 'kind'>, Partial<RunningConfiguration>, string, string]>([
  [
    'another tag',
    { reference: 'registry.example/web:2', digest: another },
    {},
    tag,
    'registry.example/web:2',
  ],
  ['the tag that runs', { reference: tag, digest: undefined }, {}, tag, `${tag}, resolved anew`],
  [
    'an image in place of a task definition',
    { reference: tag, digest },
    { image: undefined, settings: { executionRoleArn: executionRole } },
    '(from the task definition)',
    tag,
  ],
])('the change to %s says what ran before', (_name, image, running, before, after) => {
  expect(plan(image, running)).toMatchObject({
    changes: expect.arrayContaining([{ setting: 'image', before, after }]),
  });
});

test('of a first deployment there was no image before', () => {
  const absent = { kind: 'absent', clusterExists: true, expressServiceCount: 0 } as const;
  const image = { kind: 'known', reference: tag, digest } as const;
  expect(planDeploy(deployInputs({ ...roles, image: tag }), absent, image)).toMatchObject({
    changes: expect.arrayContaining([{ setting: 'image', before: undefined, after: tag }]),
  });
});

test('of an image that is yet to be built nobody wonders whether it was pushed again', () => {
  const service = expressService({
    running: { image: undefined, settings: { executionRoleArn: executionRole } },
  });
  expect(planDeploy(deployInputs({ image: tag }), service, { kind: 'to-be-built' })).toMatchObject({
    notices: [],
  });
});

describe('the task definition that runs', () => {
  const arn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7';
  const other = arn.replace(':7', ':8');
  const pinned = `registry.example/sidecar@${another}`;
  const main = (image: Omit<KnownImage, 'kind' | 'reference'>) =>
    ({ container: 'Main', image: { kind: 'known', reference: tag, ...image } }) as const;
  const sidecar = (reference: string, digest?: string) =>
    ({ container: 'sidecar', image: { kind: 'known', reference, digest } }) as const;
  const mainRuns = { container: 'Main', image: tag, imageDigest: digest };
  const sidecarRuns = (image: string, imageDigest?: string) => ({ container: 'sidecar', image, imageDigest });

  function planDefinition(
    images: readonly StatedImage[] | undefined,
    containerImages: RunningConfiguration['containerImages'],
    runs = arn,
  ) {
    const settings = { taskDefinitionArn: runs };
    const service = expressService({ running: { image: undefined, settings, containerImages } });
    const inputs = deployInputs({ 'task-definition-arn': arn, image: '' });
    const made = planDeploy(inputs, service, { kind: 'in-task-definition', arn, ...(images && { images }) });
    if (made.kind !== 'proceed') throw new Error(made.because);
    return made;
  }

  test.each<[string, readonly StatedImage[], RunningConfiguration['containerImages']]>([
    ['both digests are known and equal', [main({ digest })], [mainRuns]],
    [
      'a container is named by its digest, which ECS does not show as such',
      [main({ digest }), sidecar(pinned, another)],
      [mainRuns, sidecarRuns(pinned)],
    ],
  ])('is not sent where %s', (_name, images, runs) => {
    expect(planDefinition(images, runs)).toMatchObject({ intent: 'unchanged', changes: [], notices: [] });
  });

  test.each<
    [string, readonly StatedImage[] | undefined, RunningConfiguration['containerImages'], readonly RegExp[]]
  >([
    [
      'the digest of the tag is not known',
      [main({ digest: undefined, unseen: 'the registry answered 429' })],
      [mainRuns],
      [/whether registry\.example\/web:1 .*: the registry answered 429\./],
    ],
    [
      'the digest that runs is not known',
      [main({ digest })],
      [{ ...mainRuns, imageDigest: undefined }],
      [/whether registry\.example\/web:1 .*\(ecs:DescribeServiceRevisions\)/],
    ],
    ['the container is not shown', [main({ digest })], [], [/whether registry\.example\/web:1/]],
    [
      'they differ',
      [main({ digest: another })],
      [mainRuns],
      [/^registry\.example\/web:1 was pushed again, so it is deployed/],
    ],
    ['no container is shown', [main({ digest })], undefined, [/whether registry\.example\/web:1/]],
    [
      'the registry names another',
      [main({ digest: undefined, moved: true })],
      [mainRuns],
      [/^registry\.example\/web:1 was pushed again, so it is deployed/],
    ],
    [
      'two containers are not what they were',
      [main({ digest: another }), sidecar('registry.example/sidecar:1')],
      [mainRuns, sidecarRuns('registry.example/sidecar:1', digest)],
      [/^registry\.example\/web:1 was pushed again/, /whether registry\.example\/sidecar:1/],
    ],
    [
      'nobody could see which images run',
      undefined,
      undefined,
      [/whether an image of web:7 .*\(ecs:DescribeServiceRevisions\)/],
    ],
  ])('is sent once more where %s', (_name, images, runs, notices) => {
    const made = planDefinition(images, runs);
    expect(made).toMatchObject({
      intent: 'update',
      changes: [{ setting: 'task-definition-arn', before: arn, after: `${arn}, resolved anew` }],
      notices: notices.map((notice) => expect.stringMatching(notice)),
    });
    expect(made.notices).toHaveLength(notices.length);
  });

  test('is a change by itself where another one runs, and nothing is said of its images', () => {
    const made = planDefinition(undefined, [mainRuns], other);
    expect(made.changes).toEqual([{ setting: 'task-definition-arn', before: other, after: arn }]);
    expect(made.notices).toEqual([]);
  });
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
    expect(made).toMatchObject({ kind: 'proceed', notices: [] });
  } else expect(made).toMatchObject({ kind: 'refuse', because: expect.stringMatching(refusal) });
});

test('an image that runs needs no word of its platforms', () => {
  const running = { settings: { cpuArchitecture: 'ARM64' } } as const;
  expect(plan({ reference: tag, digest, platforms: ['linux/386'] }, running)).toMatchObject({
    intent: 'unchanged',
    notices: [],
  });
});

test.each<[string, readonly string[], 'X86_64' | 'ARM64', readonly object[]]>([
  ['ARM64 stays where the image is for it', ['linux/arm64'], 'ARM64', []],
  [
    'ARM64 is left where the image is for the other one',
    ['linux/amd64'],
    'ARM64',
    [{ setting: 'cpu-architecture', before: 'ARM64', after: 'X86_64' }],
  ],
  [
    'X86_64 is left where the image is for the other one',
    ['linux/arm64'],
    'X86_64',
    [{ setting: 'cpu-architecture', before: 'X86_64', after: 'ARM64' }],
  ],
  ['X86_64 stays where the image is for both', ['linux/arm64', 'linux/amd64'], 'X86_64', []],
])('%s', (_name, platforms, runs, changed) => {
  const made = fits(platforms, {}, runs);
  if (made.kind !== 'proceed') throw new Error(made.because);
  expect(made.changes.filter(({ setting }) => setting === 'cpu-architecture')).toEqual(changed);
  expect(made.notices).toHaveLength(changed.length);
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
