import {
  callsTo,
  changesOf,
  type Deployments,
  operationsOf,
  startDeployments,
} from '../../helpers/deployments.ts';
import { addCertificate } from '../../helpers/listener.ts';
import { openPort80 } from '../../helpers/plain-http.ts';
import { type Previews, startPreviews } from '../../helpers/previews.ts';

/** Each case deploys an image of its own. */
let world: Deployments;
beforeAll(async () => {
  world = await startDeployments();
  await world.emulator.post('stub', [{ imageContains: 'down', status: 503, healthStatus: 200 }]);
  await addCertificate(world.emulator, ['*.shop.example']);
  expect((await world.deploy()).exitCode).toBe(0);
});
beforeEach(async () => {
  await world.clearFaults();
  await openPort80(world.emulator).clear();
});
afterAll(() => world.stop());

let serial = 1;
const newImage = (name = 'web') => {
  serial += 1;
  return `public.ecr.aws/example/${name}:${serial}`;
};

const succeeded =
  'The deployment itself succeeded and was not rolled back: service web runs the new version.';
const redirect = 'make a listener on port 80 that redirects http:// to https';
const smoke = 'request the URL of the service, unless its load balancer is internal';

type Case = {
  readonly inputs: Readonly<Record<string, string>>;
  readonly denied: readonly [service: string, operation: string, after: number];
  readonly failed: string;
  readonly left: readonly string[];
};
const app = { 'custom-domains': 'app.shop.example' };
const tags = { tags: 'team=api', 'mutate-tags-on-update': 'true' };

test.each<[string, Case]>([
  [
    'the listener on port 80',
    {
      inputs: { 'redirect-http': 'true' },
      denied: ['elbv2', 'CreateListener', 0],
      failed: redirect,
      left: [smoke],
    },
  ],
  [
    'the look at port 80 after it',
    {
      inputs: { 'redirect-http': 'true', ...tags },
      denied: ['elbv2', 'DescribeListeners', 1],
      failed: redirect,
      left: [smoke, 'set 1 and remove 0 tags of service web'],
    },
  ],
  [
    'the certificate of a custom domain',
    {
      inputs: { ...app, 'redirect-http': 'true' },
      denied: ['elbv2', 'AddListenerCertificates', 0],
      failed: 'add app.shop.example to the listener rule of the service, and add certificate',
      left: [redirect, smoke],
    },
  ],
  [
    'a custom domain',
    {
      inputs: app,
      denied: ['elbv2', 'ModifyRule', 0],
      failed: 'add app.shop.example to the listener rule of the service, and add certificate',
      left: [smoke],
    },
  ],
  [
    'a tag',
    {
      inputs: tags,
      denied: ['ecs', 'TagResource', 0],
      failed: 'set 1 and remove 0 tags of service web',
      left: [],
    },
  ],
])(
  '%s denied: the version runs, and what is missing is named',
  async (_what, { inputs, denied, failed, left }) => {
    const [service, operation, after] = denied;
    await world.addFault(service, operation, 'denied', { after });
    const run = await world.deploy({ ...inputs, image: newImage() });
    expect(run.exitCode).toBe(1);
    expect(operationsOf(changesOf(run.calls))).toContain('UpdateExpressGatewayService');
    expect(run.log).toContain('[access-denied]');
    expect(run.log).toContain(`${succeeded} This failed: ${failed}`);
    if (left.length === 0) expect(run.log).not.toContain('Not done any more');
    else expect(run.log).toContain(`. Not done any more: ${left[0]}`);
    for (const sentence of left) expect(run.log).toContain(sentence);
    expect(run.outputs).toMatchObject({
      outcome: 'failed',
      changed: 'true',
      'deployment-status': 'SUCCESSFUL',
      url: expect.stringMatching(/^https:/),
      image: `public.ecr.aws/example/web:${serial}`,
      'service-revision-arn': expect.stringContaining(':service-revision/'),
    });
    expect(run.summary).toContain('### What serves now: the new version');
    expect(run.summary).toContain('### Missing after the deployment');
  },
);

test('the same denied where nothing had to be deployed: that is said, and no deployment', async () => {
  await world.addFault('elbv2', 'CreateListener', 'denied');
  const run = await world.deploy({ 'redirect-http': 'true', image: `public.ecr.aws/example/web:${serial}` });
  expect(run.exitCode).toBe(1);
  expect(operationsOf(changesOf(run.calls))).toEqual(['CreateListener']);
  expect(run.log).toContain(
    `Nothing had to be deployed: service web runs what was asked for. This failed: ${redirect}. Not done any more: ${smoke}.`,
  );
  expect(run.log).not.toContain('The deployment itself succeeded');
});

test('an update denied has deployed nothing', async () => {
  await world.addFault('ecs', 'UpdateExpressGatewayService', 'denied');
  const run = await world.deploy({ image: newImage() });
  expect(run.exitCode).toBe(1);
  expect(run.log).not.toContain('The deployment itself succeeded');
  expect(run.log).not.toContain('Nothing had to be deployed');
});

test('what runs cannot be read in the end: ECS calls the deployment successful, and more is not said', async () => {
  const before = await world.deploy({ image: newImage() });
  const looks = callsTo(before.calls, 'DescribeExpressGatewayService').length;
  await world.addFault('ecs', 'DescribeExpressGatewayService', 'denied', { after: looks - 1 });
  const run = await world.deploy({ image: newImage() });
  expect(run.exitCode).toBe(1);
  expect(run.outputs['deployment-status']).toBe('SUCCESSFUL');
  expect(run.log).toContain(
    `ECS calls the deployment successful, and did not roll it back. Whether service web runs what was sent could not be seen. Not done any more: ${smoke}.`,
  );
  expect(run.log).not.toContain('The deployment itself succeeded');
});

test('outputs that cannot be written: the version runs all the same', async () => {
  const run = await world.deploy({ image: newImage() }, { env: { GITHUB_OUTPUT: '/' } });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('[runner-refused]');
  expect(run.log).toContain(succeeded);
});

describe('on GitHub', () => {
  let previews: Previews;
  beforeAll(async () => {
    previews = await startPreviews();
    await previews.emulator.post('stub', [{ imageContains: 'down', status: 503, healthStatus: 200 }]);
  });
  afterAll(() => previews.stop());
  const always = { 'preview-trigger': 'all', 'github-deployment': 'always' };

  test('the deployment and the comment say that it was deployed, and where it is', async () => {
    const open = (image: string) =>
      previews.on({
        action: 'synchronize',
        number: 7,
        inputs: { ...always, image, 'smoke-test-timeout-seconds': '1' },
      });
    await previews.set(7, { headSha: 'a'.repeat(40) });
    expect((await open('public.ecr.aws/example/web:1')).exitCode).toBe(0);
    await previews.set(7, { headSha: 'b'.repeat(40) });
    const run = await open('public.ecr.aws/example/down:1');
    expect(run.exitCode).toBe(1);
    const reason = 'it was deployed, but the URL does not answer as it should [smoke-test-failed]';
    const shown = await previews.deployments('preview');
    // The former one does not run any more.
    expect(shown.map(({ states }) => states.at(-1))).toEqual(['failure', 'inactive']);
    expect(shown[0]).toMatchObject({ description: `web-pr-7: ${reason}`, url: run.outputs['url'] });
    const [comment] = await previews.comments(7);
    expect(comment?.body).toContain('It failed: it was deployed, but the URL does not answer as it should');
    expect(comment?.body).toContain(`| URL | <${run.outputs['url']}> |`);
    expect(comment?.body).not.toContain('Still running');
  });
});
