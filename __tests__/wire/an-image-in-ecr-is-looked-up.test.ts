import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { type EmulatedEcr, startEmulatedEcr } from '../helpers/emulated-ecr.ts';

const resolve = async (reference: string) => {
  const { resolveImage } = await import('../../src/aws/ecr-image.ts');
  return resolveImage(reference);
};
let world: EmulatedEcr;
let pushed: string;
beforeAll(async () => {
  world = await startEmulatedEcr();
  await world.ecr.send(new CreateRepositoryCommand({ repositoryName: 'given' }));
  pushed = await world.push('given', 'v1', 'one');
});
afterAll(() => world.stop());

test.each(['given:v1', 'given@DIGEST', 'given:v1@DIGEST'])('%s is resolved', async (name) => {
  const found = await resolve(`${world.emulator.registry}/${name.replace('DIGEST', pushed)}`);
  expect(found).toMatchObject({ kind: 'resolved', digest: pushed });
  expect(found.kind === 'resolved' && (await found.readPlatforms())).toEqual(['linux/amd64']);
});

test('of a real ECR host is looked up in the account it names', async () => {
  await world.emulator.forgetRequests();
  const reference = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/given:v1';
  expect(await resolve(reference)).toMatchObject({ kind: 'resolved', digest: pushed });
  expect((await world.emulator.requests()).map(({ operation }) => operation)).toEqual(['BatchGetImage']);
});

test.each([
  ['given:nowhere', 'missing'],
  [`given@sha256:${'0'.repeat(64)}`, 'missing'],
])('%s is %s', async (name, kind) => {
  expect(await resolve(`${world.emulator.registry}/${name}`)).toEqual({ kind });
});

test('in a repository that is not there', async () => {
  const reference = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/nowhere:v1';
  expect(await resolve(reference)).toEqual({ kind: 'repository-missing' });
});

test('that may not be read is said to be unreadable, with the reason', async () => {
  await world.emulator.addFaults([{ service: 'ecr', operation: 'BatchGetImage', times: 1, fault: 'denied' }]);
  const seen = await resolve(`${world.emulator.registry}/given:v1`);
  expect(seen).toEqual({ kind: 'unreadable', because: expect.stringContaining('given:v1') });
});

test('with expired credentials is an error of the credentials', async () => {
  await world.emulator.addFaults([
    { service: 'ecr', operation: 'BatchGetImage', times: 1, fault: 'expired' },
  ]);
  await expect(resolve(`${world.emulator.registry}/given:v1`)).rejects.toMatchObject({
    code: 'credentials-expired',
  });
});

test.each(['nginx', 'ghcr.io/octo/web:1', 'public.ecr.aws/nginx/nginx:1'])(
  '%s is not ECR’s, and nothing is asked',
  async (reference) => {
    await world.emulator.forgetRequests();
    expect(await resolve(reference)).toEqual({ kind: 'not-ecr' });
    expect(await world.emulator.requests()).toEqual([]);
  },
);

test('of another registry with a port is not ECR’s', async () => {
  expect(await resolve('registry.internal:5000/given:v1')).toEqual({ kind: 'not-ecr' });
});
