import type { ObservedService, SeenPreview } from '../../../../src/deploy-express/model/observed.ts';
import type { DeployPlan, PlannedImage, Proceed } from '../../../../src/deploy-express/model/plan.ts';
import { renderPreviewTags } from '../../../../src/deploy-express/model/tags.ts';
import { planDeploy } from '../../../../src/deploy-express/plan/plan.ts';
import { deployInputs, roles } from '../../../helpers/deploy-inputs.ts';
import { expressService, serviceArn } from '../../../helpers/observed-service.ts';

const image: PlannedImage = { kind: 'known', reference: 'registry.example/web:1', digest: 'sha256:aa' };
const newImage: PlannedImage = { kind: 'known', reference: 'registry.example/web:2', digest: undefined };
const created = Date.parse('2026-07-01T00:00:00Z');
const record = {
  repositoryId: '5678',
  pullRequest: 7,
  previewOf: 'web',
  createdAt: created,
  lastDeployedAt: created,
  imageRepository: undefined,
};
const tags = renderPreviewTags(record);

/** The inputs of a preview of pull request 7, as they are deployed a day after it was created. */
function previewInputs(raw: Record<string, string> = {}) {
  const { repositoryId, pullRequest, previewOf } = record;
  const deployedAt = Date.parse('2026-07-02T00:00:00Z');
  const preview = { repositoryId, pullRequest, previewOf, maxPreviews: 2, deployedAt };
  return { ...deployInputs(raw), preview };
}

const plan = (raw: Record<string, string>, service: ObservedService, planned: PlannedImage = image) =>
  planDeploy(previewInputs(raw), service, planned);

function proceeding(made: DeployPlan): Proceed {
  if (made.kind !== 'proceed') throw new Error(`refused: ${made.because}`);
  return made;
}

const kinds = (made: DeployPlan) => proceeding(made).steps.map(({ kind }) => kind);
const stranger = {
  kind: 'refuse',
  because:
    'service web is there, but its tags do not say that it is the preview of pull request 7 of this repository',
  wayOut: 'Choose another service-name or cluster for previews, or delete that service.',
};

describe('another deployment', () => {
  test.each<[string, PlannedImage, string[]]>([
    ['a new image', newImage, ['reconcile-tags', 'update-service', 'wait-for-deployment', 'smoke-test']],
    ['nothing new', image, ['reconcile-tags', 'smoke-test']],
  ])(
    'with %s first marks it as in use, so that no sweep takes it for idle meanwhile',
    (_case, planned, steps) => {
      const made = plan({}, expressService({ tags }), planned);
      expect(kinds(made)).toEqual(steps);
      expect(proceeding(made).steps[0]).toMatchObject({
        sentence: 'set 1 and remove 0 tags of service web',
        set: [{ key: 'deploy-express:last-deployed-at', value: '2026-07-02T00:00:00Z' }],
        remove: [],
      });
    },
  );
});

describe('a service of its name', () => {
  test.each<[string, readonly { key: string; value: string }[]]>([
    ['without tags', []],
    ['of another pull request', renderPreviewTags({ ...record, pullRequest: 8 })],
    ['of another repository', renderPreviewTags({ ...record, repositoryId: '1' })],
    ['of another service', renderPreviewTags({ ...record, previewOf: 'shop' })],
  ])('%s is neither updated nor deleted', (_case, own) => {
    expect(plan({}, expressService({ tags: own }), newImage)).toEqual(stranger);
    expect(plan({ operation: 'delete', force: 'true' }, expressService({ tags: own }))).toEqual(stranger);
  });
});

describe('its images', () => {
  const built = () =>
    previewInputs({ operation: 'delete', repository: 'web-previews', 'wait-for-deletion': 'true' });
  const images = {
    kind: 'delete-images',
    sentence: 'delete its images from ECR repository web-previews',
    repository: 'web-previews',
  };

  test.each<[string, ObservedService, string[]]>([
    [
      'are deleted after the service that runs them',
      expressService({ tags }),
      ['delete-service', 'delete-images', 'wait-for-deletion'],
    ],
    [
      'are deleted where the service is going',
      { kind: 'draining', serviceArn, createdAt: undefined, expressServiceCount: undefined },
      ['delete-images', 'wait-for-deletion'],
    ],
    [
      'are deleted where the service is gone',
      { kind: 'absent', clusterExists: true, expressServiceCount: 0 },
      ['delete-images'],
    ],
  ])('%s', (_case, service, steps) => {
    const made = planDeploy(built(), service, image);
    expect(kinds(made)).toEqual(steps);
    expect(proceeding(made).steps).toContainEqual(images);
  });

  test('that this action did not build stay', () => {
    const pulled = { operation: 'delete', image: 'registry.example/web:1' };
    expect(kinds(plan(pulled, expressService({ tags })))).toEqual(['delete-service']);
  });

  test('of a service that is no preview are its history, and stay', () => {
    const made = planDeploy({ ...built(), force: true, preview: undefined }, expressService(), image);
    expect(kinds(made)).toEqual(['delete-service', 'wait-for-deletion']);
  });
});

describe('how many may run', () => {
  const running = (...numbers: readonly number[]): SeenPreview[] =>
    numbers.map((pullRequest) => ({
      ...record,
      pullRequest,
      serviceName: `web-pr-${pullRequest}`,
      serviceArn,
    }));
  const absent = (previews: readonly SeenPreview[] | undefined): ObservedService => ({
    kind: 'absent',
    clusterExists: true,
    expressServiceCount: 0,
    ...(previews && { previews }),
  });

  test.each<[string, readonly SeenPreview[] | undefined]>([
    ['none runs', []],
    ['one less than allowed runs', running(1)],
    ['nobody could see how many run', undefined],
  ])('where %s, it is created', (_case, previews) => {
    expect(kinds(plan(roles, absent(previews)))).toEqual([
      'create-service',
      'wait-for-deployment',
      'smoke-test',
    ]);
  });

  test.each([[[1, 2]], [[1, 2, 3]]])('where as many run as allowed, those are named: %j', (numbers) => {
    const named = numbers.map((number) => `web-pr-${number} (pull request ${number})`).join(', ');
    expect(plan(roles, absent(running(...numbers)))).toEqual({
      kind: 'refuse',
      because: `max-previews is 2, and these previews of web run already: ${named}`,
      wayOut: 'Close one of these pull requests or remove its label, or raise max-previews.',
    });
  });

  test('a service that is no preview is not counted among them', () => {
    const made = planDeploy(deployInputs(roles), absent(running(1, 2, 3)), image);
    expect(kinds(made)).toContain('create-service');
  });
});

describe('its tags', () => {
  const absent: ObservedService = { kind: 'absent', clusterExists: true, expressServiceCount: 0 };

  test('say from the first deployment on whose preview it is, beside those given', () => {
    const made = plan({ ...roles, tags: 'team=shop' }, absent);
    expect(proceeding(made).steps[0]).toMatchObject({
      kind: 'create-service',
      tags: [
        { key: 'team', value: 'shop' },
        ...renderPreviewTags({
          ...record,
          createdAt: Date.parse('2026-07-02T00:00:00Z'),
          lastDeployedAt: Date.parse('2026-07-02T00:00:00Z'),
        }),
      ],
    });
  });

  test('go before one of the same key that the user gives, since by them it is found and deleted', () => {
    const given = [
      { key: 'team', value: 'shop' },
      { key: 'managed-by', value: 'us' },
    ];
    const made = planDeploy({ ...previewInputs(roles), tags: given }, absent, image);
    const [create] = proceeding(made).steps;
    const set = create?.kind === 'create-service' ? create.tags : [];
    expect(set.filter(({ key }) => key === 'managed-by')).toEqual([
      { key: 'managed-by', value: 'deploy-express' },
    ]);
    expect(set).toContainEqual({ key: 'team', value: 'shop' });
  });

  test('as many as AWS takes cost it no notice: the one that says who made it is among them', () => {
    const given = Array.from({ length: 50 }, (_none, index) => ({ key: `key-${index}`, value: 'v' }));
    const made = planDeploy({ ...previewInputs(roles), tags: given.slice(0, 44) }, absent, image);
    expect(proceeding(made).notices.join()).not.toContain('force: true');
  });
});

test('a pre-deploy-command of a preview is said to run for it as well', () => {
  const made = plan({ 'pre-deploy-command': 'node migrate.js' }, expressService({ tags }), newImage);
  expect(proceeding(made).notices).toContainEqual(
    expect.stringMatching(/^pre-deploy-command runs for a preview as well/),
  );
});
