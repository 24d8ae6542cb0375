import type { IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { unlessAborted } from '../poll.ts';
import { parseChallenge, tokenUrl } from './challenge.ts';
import { readDockerLogin } from './docker-login.ts';

export type ImageName = {
  /** With the port, if there is one; undefined = Docker Hub. */
  readonly host: string | undefined;
  readonly repository: string;
  readonly tag: string;
};

export type TagAnswer =
  | {
      readonly kind: 'known';
      readonly digest: string;
      /** It is that of a list of images, one for each platform; whoever runs one of them may name it by its own digest. */
      readonly isIndex: boolean;
    }
  /** Whatever the reason: the tag may name the same image as before, or another one. */
  | { readonly kind: 'unknown'; readonly because: string };

/** For all requests together: a registry that says nothing must not hold up a deployment. */
const patienceMs = 5_000;
const mostRedirects = 3;
/** A token is a few kilobytes. */
const longestTokenBody = 64 * 1024;

const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const singleTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** A registry that is not told of a type answers 404 for an image that is stored in it. */
const manifestTypes = [...indexTypes, ...singleTypes].join(', ');

/**
 * Asks a registry which digest a tag names: HEAD of the manifest, with the runner's own docker login for that host or an
 * anonymous token (OCI Distribution Specification 1.1, "Checking if content exists in the registry"). HEAD does not count
 * as a pull at Docker Hub. Never throws: what cannot be seen is `unknown`.
 */
export async function askDigest(image: ImageName, cancelled?: AbortSignal): Promise<TagAnswer> {
  const deadline = AbortSignal.timeout(patienceMs);
  const signal = cancelled === undefined ? deadline : AbortSignal.any([deadline, cancelled]);
  // The runner's proxy settings, as for every other request: Node's own agents look at them only when told to.
  const agent = new https.Agent({ proxyEnv: process.env });
  try {
    // While a proxy leads nowhere, Node tells a request nothing of its signal.
    return await unlessAborted(headManifest(image, { agent, signal }), signal);
  } catch (error) {
    const because = deadline.aborted
      ? `no answer within ${patienceMs / 1000} s`
      : error instanceof Error
        ? error.message
        : String(error);
    return { kind: 'unknown', because };
  } finally {
    agent.destroy();
  }
}

type Connection = { readonly agent: https.Agent; readonly signal: AbortSignal };

async function headManifest(image: ImageName, connection: Connection): Promise<TagAnswer> {
  const { host, repository } = locate(image);
  const url = new URL(`https://${host}/v2/${repository}/manifests/${image.tag}`);
  const headers = { accept: manifestTypes };
  let answer = await request('HEAD', url, headers, connection);
  // What another host asks for, to which this one led, is not for the login of this one.
  if (answer.status === 401 && answer.host === url.host) {
    const authorization = await authorize(answer.headers, { host, repository }, connection);
    if (authorization === undefined) return unknown(answer.status);
    answer = await request('HEAD', url, { ...headers, authorization }, connection);
  }
  const digest = answer.headers['docker-content-digest'];
  const isDigest = typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest);
  if (answer.status !== 200 || !isDigest) return unknown(answer.status);
  const isSingle = singleTypes.includes((answer.headers['content-type'] ?? '').replace(/;.*/, '').trim());
  return { kind: 'known', digest, isIndex: !isSingle };
}

function unknown(status: number): TagAnswer {
  return { kind: 'unknown', because: `the registry answered ${status}` };
}

const dockerHubHosts = ['docker.io', 'index.docker.io'];

/** Docker's own short forms: `nginx` is `library/nginx` at the host that serves Docker Hub's API. */
function locate({ host, repository }: ImageName): { readonly host: string; readonly repository: string } {
  if (host !== undefined && !dockerHubHosts.includes(host)) return { host, repository };
  return {
    host: 'registry-1.docker.io',
    repository: repository.includes('/') ? repository : `library/${repository}`,
  };
}

/** @returns the value of the `Authorization` header, `undefined` when the registry wants what we do not have. */
async function authorize(
  asked: Answer['headers'],
  { host, repository }: { readonly host: string; readonly repository: string },
  connection: Connection,
): Promise<string | undefined> {
  const login = await readDockerLogin(host);
  const wanted = asked['www-authenticate'];
  const challenge = parseChallenge(wanted);
  if (challenge === undefined) return /(?:^|,)\s*Basic\b/i.test(wanted ?? '') ? login : undefined;
  const headers = login === undefined ? {} : { authorization: login };
  const answer = await request('GET', tokenUrl(challenge, repository), headers, connection);
  if (answer.status !== 200) return undefined;
  const { token, access_token: accessToken } = JSON.parse(answer.body) as Readonly<Record<string, unknown>>;
  const value = token ?? accessToken;
  return typeof value === 'string' ? `Bearer ${value}` : undefined;
}

type Answer = {
  /** Who gave it: after redirects, another than was asked. */
  readonly host: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

type Headers = Readonly<Record<string, string>>;

/** Follows redirects within https. A login goes to the host that asked for it, and never on to another one. */
async function request(
  method: 'HEAD' | 'GET',
  url: URL,
  headers: Headers,
  connection: Connection,
): Promise<Answer> {
  let [at, sent] = [url, headers];
  for (let redirects = 0; ; redirects++) {
    const answer = await requestOnce(method, at, sent, connection);
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.status) || typeof location !== 'string') return answer;
    const next = new URL(location, at);
    if (redirects >= mostRedirects || next.protocol !== 'https:') return answer;
    if (next.host !== at.host) {
      const { authorization: _, ...others } = sent;
      sent = others;
    }
    at = next;
  }
}

function requestOnce(
  method: 'HEAD' | 'GET',
  url: URL,
  headers: Headers,
  { agent, signal }: Connection,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = https.request(
      url,
      { method, agent, signal, headers: { 'user-agent': 'deploy-express', ...headers } },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
          if (body.length > longestTokenBody)
            response.destroy(new Error('the answer is too long for a token'));
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            host: url.host,
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
          }),
        );
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}
