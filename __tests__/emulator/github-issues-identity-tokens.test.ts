import { createPublicKey, verify } from 'node:crypto';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { connectGitHub, SHOP } from '../helpers/github.ts';

let emulator: EmulatorHandle;

beforeEach(async () => {
  emulator = await startEmulator();
});

afterEach(() => emulator.stop());

const requestToken = async (token = emulator.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']): Promise<Response> =>
  fetch(`${emulator.env['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=sts.amazonaws.com`, {
    headers: { authorization: `Bearer ${token}` },
  });

const decode = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

async function claims(): Promise<Record<string, unknown>> {
  const { value } = (await (await requestToken()).json()) as { value: string };
  return decode(value.split('.')[1]);
}

test('the token of a job says where it runs, in strings', async () => {
  await emulator.post('github', { jobs: [{ id: 50, environment: 'dns-shift' }] });
  const now = Date.now() / 1000;
  expect(await claims()).toMatchObject({
    iss: 'https://token.actions.githubusercontent.com',
    aud: 'sts.amazonaws.com',
    sub: 'repo:octo/shop:environment:dns-shift',
    environment: 'dns-shift',
    repository: 'octo/shop',
    repository_id: '5678',
    repository_owner_id: '1234',
    run_id: '1001',
    run_attempt: '1',
    check_run_id: '50',
    actor: 'octocat',
    actor_id: expect.stringMatching(/^\d+$/),
    ref: 'refs/heads/main',
    job_workflow_ref: 'octo/shop/.github/workflows/shift.yml@refs/heads/main',
    exp: expect.closeTo(now + 300, -1.5),
  });
});

test('without an environment the subject is the ref, or the pull request', async () => {
  const byRef = await claims();
  expect(byRef).toMatchObject({ sub: 'repo:octo/shop:ref:refs/heads/main' });
  expect(byRef).not.toHaveProperty('environment');
  await emulator.post('github', { runs: [{ id: 1001, event: 'pull_request' }] });
  expect(await claims()).toMatchObject({ sub: 'repo:octo/shop:pull_request' });
});

test('the subject may be immutable, or made of chosen claims; colons in it are escaped', async () => {
  await emulator.post('github', { jobs: [{ environment: 'eu:dns' }], oidc: { immutableSubject: true } });
  expect(await claims()).toMatchObject({ sub: 'repo:octo@1234/shop@5678:environment:eu%3Adns' });
  await emulator.post('github', {
    oidc: { immutableSubject: false, subjectKeys: ['repository_id', 'context'] },
  });
  expect(await claims()).toMatchObject({ sub: 'repository_id:5678:environment:eu%3Adns' });
  const path = 'GET /repos/{owner}/{repo}/actions/oidc/customization/sub';
  expect((await connectGitHub(emulator).request(path, SHOP)).data).toEqual({
    use_default: false,
    include_claim_keys: ['repository_id', 'context'],
    use_immutable_subject: false,
  });
});

test('claims can be replaced and left out', async () => {
  await emulator.post('github', { oidc: { claims: { run_id: '9', actor_id: null } } });
  const changed = await claims();
  expect(changed).toMatchObject({ run_id: '9' });
  expect(changed).not.toHaveProperty('actor_id');
});

test('the signature is RS256 and holds against the published keys', async () => {
  const { value } = (await (await requestToken()).json()) as { value: string };
  const [head = '', payload = '', signature = ''] = value.split('.');
  const issuer = emulator.env['GITHUB_API_URL'];
  const about = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as {
    jwks_uri: string;
  };
  const { keys } = (await (await fetch(about.jwks_uri)).json()) as { keys: Record<string, string>[] };
  expect(decode(head)).toMatchObject({ alg: 'RS256', kid: keys[0]?.['kid'] });
  const key = createPublicKey({ key: keys[0] ?? {}, format: 'jwk' });
  const signed = Buffer.from(`${head}.${payload}`);
  expect(verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
});

test('the two tokens of a job are not the same', async () => {
  expect((await requestToken(emulator.env['GITHUB_TOKEN'])).status).toBe(401);
  const wrong = connectGitHub(emulator, emulator.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']);
  await expect(wrong.rest.repos.get(SHOP)).rejects.toMatchObject({ status: 401 });
});
