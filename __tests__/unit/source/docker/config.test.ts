import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { addLogin, writeDockerConfig } from '../../../../src/source/docker/config.ts';

const login = { host: '123456789012.dkr.ecr.eu-west-1.amazonaws.com', username: 'AWS', password: 'hush' };
const auth = Buffer.from('AWS:hush').toString('base64');

test('the login is added; all else stays', () => {
  const config = {
    auths: { 'ghcr.io': { auth: 'abc' }, [login.host]: { auth: 'stale' } },
    credsStore: 'desktop',
    credHelpers: { 'public.ecr.aws': 'ecr-login', [login.host]: 'ecr-login' },
    currentContext: 'remote',
    proxies: { default: { httpsProxy: 'http://proxy:3128' } },
  };
  expect(addLogin(config, login)).toEqual({
    ...config,
    auths: { 'ghcr.io': { auth: 'abc' }, [login.host]: { auth } },
    // Empty: this host is looked up in the file, and not in the user's store.
    credHelpers: { 'public.ecr.aws': 'ecr-login', [login.host]: '' },
  });
});

test('no configuration is so odd that the login gets lost, or the rest', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (config) => {
      const merged = addLogin(config, login);
      expect(merged).toMatchObject({ auths: { [login.host]: { auth } }, credHelpers: { [login.host]: '' } });
      const { auths: _auths, credHelpers: _helpers, ...rest } = merged;
      const { auths: _auths2, credHelpers: _helpers2, ...before } = config;
      expect(rest).toEqual(before);
    }),
  );
});

describe('the private folder', () => {
  let base: string;
  const before = process.env['DOCKER_CONFIG'];
  const user = () => join(base, 'user');
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'docker-config-'));
    mkdirSync(join(user(), 'buildx'), { recursive: true });
    process.env['DOCKER_CONFIG'] = user();
  });
  afterEach(() => {
    if (before === undefined) delete process.env['DOCKER_CONFIG'];
    else process.env['DOCKER_CONFIG'] = before;
    rmSync(base, { recursive: true });
  });
  const write = async () => writeDockerConfig(mkdtempSync(join(base, 'private-')), login);
  const readConfig = (folder: string) => JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));

  test('holds the logins of the user and ours, for the eyes of the user only', async () => {
    writeFileSync(join(user(), 'config.json'), '{"auths":{"ghcr.io":{"auth":"abc"}}}');
    const folder = await write();
    expect(readConfig(folder).auths).toEqual({ 'ghcr.io': { auth: 'abc' }, [login.host]: { auth } });
    if (process.platform !== 'win32') {
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      expect(statSync(join(folder, 'config.json')).mode & 0o777).toBe(0o600);
    }
  });

  test("leaves the user's own file as it was", async () => {
    const text = '{ "credsStore": "pass" }\n';
    writeFileSync(join(user(), 'config.json'), text);
    await write();
    expect(readFileSync(join(user(), 'config.json'), 'utf8')).toBe(text);
  });

  test('keeps builders and plugins within reach, and is removed without them', async () => {
    writeFileSync(join(user(), 'buildx', 'current'), 'mine');
    const folder = await write();
    expect(readFileSync(join(folder, 'buildx', 'current'), 'utf8')).toBe('mine');
    rmSync(folder, { recursive: true });
    expect(readFileSync(join(user(), 'buildx', 'current'), 'utf8')).toBe('mine');
  });

  test.each(['', 'not json', '[]', 'null'])('goes on without a file that holds %j', async (text) => {
    writeFileSync(join(user(), 'config.json'), text);
    expect(readConfig(await write()).auths).toEqual({ [login.host]: { auth } });
  });

  test('needs no configuration of the user', async () => {
    rmSync(user(), { recursive: true });
    const folder = await write();
    expect(readConfig(folder).auths).toEqual({ [login.host]: { auth } });
    expect(existsSync(join(folder, 'buildx'))).toBe(false);
    expect(lstatSync(folder).isDirectory()).toBe(true);
  });
});
