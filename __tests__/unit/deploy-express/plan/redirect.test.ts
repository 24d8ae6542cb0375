import type {
  ObservedDomains,
  ObservedHttp,
  ObservedService,
} from '../../../../src/deploy-express/model/observed.ts';
import type { DeployPlan, PlannedImage, Proceed } from '../../../../src/deploy-express/model/plan.ts';
import { planDeploy } from '../../../../src/deploy-express/plan/plan.ts';
import { deployInputs, roles } from '../../../helpers/deploy-inputs.ts';
import { expressService, observedDeployment } from '../../../helpers/observed-service.ts';

const sameImage: PlannedImage = { kind: 'known', reference: 'registry.example/web:1', digest: 'sha256:aa' };
const newImage: PlannedImage = { kind: 'known', reference: 'registry.example/web:2', digest: undefined };
const absent: ObservedService = { kind: 'absent', clusterExists: true, expressServiceCount: 0 };
const asked = { 'redirect-http': 'true' };
const make = 'make a listener on port 80 that redirects http:// to https';
const check = 'check that port 80 still redirects http:// to https';
const none: ObservedHttp = { kind: 'none', neighbours: [] };
const other: ObservedHttp = { kind: 'other', arn: 'arn:listener/80', does: 'forwards' };

function plan(
  http: ObservedHttp | undefined,
  service: ObservedService,
  image = sameImage,
  raw: Record<string, string> = {},
  domains?: ObservedDomains,
): DeployPlan {
  return planDeploy(deployInputs({ ...asked, ...raw }), service, image, domains, http);
}

function proceeding(made: DeployPlan): Proceed {
  if (made.kind !== 'proceed') throw new Error(`refused: ${made.because}`);
  return made;
}

const kinds = (made: DeployPlan) => proceeding(made).steps.map(({ kind }) => kind);
const sentenceOf = (made: DeployPlan) =>
  proceeding(made).steps.find(({ kind }) => kind === 'redirect-http')?.sentence;
const isListed = (made: DeployPlan) =>
  proceeding(made).changes.some(
    ({ setting, before, after }) =>
      setting === 'redirect-http' && before === undefined && after === '301 to https',
  );

const underWay = () => expressService({ deployment: observedDeployment('IN_PROGRESS') });
const deploying = ['update-service', 'wait-for-deployment', 'redirect-http', 'smoke-test'];

test.each<
  [string, ObservedHttp, ObservedService, PlannedImage, Proceed['intent'], string[], string | undefined]
>([
  [
    'a first deployment, whose load balancer is yet to come',
    { kind: 'no-balancer' },
    absent,
    sameImage,
    'create',
    ['create-service', 'wait-for-deployment', 'redirect-http', 'smoke-test'],
    make,
  ],
  ['an update, without a listener', none, expressService(), newImage, 'update', deploying, make],
  [
    'an update, with the redirect there',
    { kind: 'redirects' },
    expressService(),
    newImage,
    'update',
    deploying,
    check,
  ],
  [
    'nothing new but the listener',
    none,
    expressService(),
    sameImage,
    'update',
    ['redirect-http', 'smoke-test'],
    make,
  ],
  [
    'nothing new, with the redirect there',
    { kind: 'redirects' },
    expressService(),
    sameImage,
    'unchanged',
    ['smoke-test'],
    undefined,
  ],
  [
    'a deployment under way, with the redirect there',
    { kind: 'redirects' },
    underWay(),
    sameImage,
    'unchanged',
    ['wait-for-deployment', 'redirect-http', 'smoke-test'],
    check,
  ],
  [
    'a deployment under way, without a listener',
    none,
    underWay(),
    sameImage,
    'update',
    ['wait-for-deployment', 'redirect-http', 'smoke-test'],
    make,
  ],
  [
    'an update, where the balancer is not shown',
    { kind: 'no-balancer' },
    expressService(),
    newImage,
    'update',
    deploying,
    make,
  ],
])('%s', (_case, http, service, image, intent, steps, sentence) => {
  const made = plan(http, service, image, service.kind === 'absent' ? roles : {});
  expect(proceeding(made).intent).toBe(intent);
  expect(kinds(made)).toEqual(steps);
  expect(sentenceOf(made)).toBe(sentence);
  // Only what is made is a change; another look at it is none.
  expect(isListed(made)).toBe(sentence === make);
});

test('other changes are listed before it', () => {
  const { changes } = proceeding(plan(none, expressService(), newImage));
  expect(changes.map(({ setting }) => setting)).toEqual(['image', 'redirect-http']);
});

test('it comes after the domains, whose listener it leads to, and before the smoke test', () => {
  const certificate = { arn: 'arn:c', status: 'ISSUED', names: ['app.example.com'], expiresAt: undefined };
  const domains = { listener: undefined, certificates: [certificate], pending: [], zoneRefusals: [] };
  const raw = { ...roles, 'custom-domains': 'app.example.com' };
  expect(kinds(plan({ kind: 'no-balancer' }, absent, sameImage, raw, domains))).toEqual([
    'create-service',
    'wait-for-deployment',
    'attach-domains',
    'redirect-http',
    'smoke-test',
  ]);
});

test('without a deployment there is nowhere to make it where AWS shows no load balancer', () => {
  expect(plan({ kind: 'no-balancer' }, expressService())).toEqual({
    kind: 'refuse',
    because: 'AWS shows no load balancer for the service, so redirect-http cannot create a listener',
    wayOut: 'Look at the service in the ECS console; a deployment that succeeds creates the load balancer.',
  });
});

test.each([
  ['nothing new', sameImage, ['smoke-test']],
  ['a new image', newImage, ['update-service', 'wait-for-deployment', 'smoke-test']],
])('a listener that somebody made for another purpose stays, and is named: %s', (_case, image, steps) => {
  const made = plan(other, expressService(), image as PlannedImage);
  expect(kinds(made)).toEqual(steps);
  expect(proceeding(made).notices).toEqual([expect.stringContaining('arn:listener/80')]);
});

describe('who else is concerned', () => {
  const serving = 'serves everything behind the load balancer';
  const internal = 'The load balancer is internal';

  test.each<[string, readonly string[], boolean | undefined, readonly string[]]>([
    ['nobody', [], false, []],
    ['the services behind the same load balancer', ['shop.example.com'], false, [serving]],
    ['only its own network', [], true, [internal]],
    ['both', ['shop.example.com'], true, [serving, internal]],
    ['nobody known, where it was not seen whether it is internal', [], undefined, []],
  ])('is said: %s', (_case, neighbours, isInternal, said) => {
    const service = expressService({ running: { isInternal } as object });
    expect(proceeding(plan({ kind: 'none', neighbours }, service)).notices).toEqual(
      said.map((text) => expect.stringContaining(text)),
    );
  });

  test('is said after what the update itself has to say', () => {
    const service = { ...underWay(), runningCount: 1 } as ObservedService;
    const { notices } = proceeding(
      plan({ kind: 'none', neighbours: ['shop.example.com'] }, service, newImage),
    );
    expect(notices).toEqual([
      expect.stringContaining('this update replaces it'),
      expect.stringContaining(serving),
    ]);
  });

  test('is said of a service whose configuration AWS does not show', () => {
    const service = { ...expressService(), running: undefined } as ObservedService;
    const made = plan({ kind: 'none', neighbours: [] }, service, newImage, roles);
    expect(proceeding(made).notices).toEqual([]);
  });
});

test('a plan that is refused gets no step, and what nobody asked for makes none', () => {
  const frozen = expressService({ status: 'FROZEN' });
  expect(plan(none, frozen)).toEqual(plan(undefined, frozen));
  expect(kinds(plan(undefined, expressService(), newImage))).not.toContain('redirect-http');
});
