import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { digestOf, type ForeignRepository, findRepository, PUBLIC_HOSTS } from './images.ts';

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
};

/** Docker Hub gives its tokens out elsewhere, and names itself otherwise in them. */
const TOKEN_PLACES: Readonly<Record<string, { readonly realm: string; readonly service: string }>> = {
  'registry-1.docker.io': { realm: 'https://auth.docker.io/token', service: 'registry.docker.io' },
  'public.ecr.aws': { realm: 'https://public.ecr.aws/token/', service: 'public.ecr.aws' },
};

const placeOf = (host: string) => TOKEN_PLACES[host] ?? { realm: `https://${host}/token`, service: host };

/** The host that a registry sends its clients to for a token. */
export const tokenHostOf = (host: string): string => new URL(placeOf(host).realm).host;

/** Tokens that were given out, to the repository each is for. */
export type Tokens = Map<string, ForeignRepository>;

/**
 * The token flow and the manifests of the distribution protocol.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export function answer(
  repositories: readonly ForeignRepository[],
  tokens: Tokens,
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
): Answer {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const url = new URL(request.url ?? '/', `https://${host}`);
  if (/^\/token\/?$/.test(url.pathname)) return giveToken(repositories, tokens, { host, url, request });
  const [, name = '', reference = ''] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(url.pathname) ?? [];
  if (name === '')
    return failure(404, 'UNSUPPORTED', `The emulator does not model ${url.pathname} of ${host}`);
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const repository = tokens.get(bearer);
  if (repository?.host !== host || repository.name !== name) return challenge(host, name);
  return showManifest(repository, reference, request);
}

function challenge(host: string, name: string): Answer {
  const { realm, service } = placeOf(host);
  const header = `Bearer realm="${realm}",service="${service}",scope="repository:${name}:pull"`;
  return {
    ...failure(401, 'UNAUTHORIZED', 'authentication required'),
    headers: { 'www-authenticate': header },
  };
}

function giveToken(
  repositories: readonly ForeignRepository[],
  tokens: Tokens,
  asked: { readonly host: string; readonly url: URL; readonly request: Pick<IncomingMessage, 'headers'> },
): Answer {
  const { searchParams } = asked.url;
  const name = /^repository:(.+):(?:.*,)?pull(?:,|$)/.exec(searchParams.get('scope') ?? '')?.[1];
  const host = [...repositories.map((each) => each.host), ...PUBLIC_HOSTS].find(
    (each) => tokenHostOf(each) === asked.host && placeOf(each).service === searchParams.get('service'),
  );
  const repository =
    host === undefined || name === undefined ? undefined : findRepository(repositories, host, name);
  const login = /^Basic\s+(\S+)$/i.exec(asked.request.headers.authorization ?? '')?.[1];
  const given = login === undefined ? undefined : Buffer.from(login, 'base64').toString('utf8');
  if (!repository || (repository.login !== undefined && repository.login !== given))
    return failure(403, 'DENIED', 'requested access to the resource is denied');
  const token = randomBytes(24).toString('base64url');
  tokens.set(token, repository);
  return { status: 200, body: { token, access_token: token, expires_in: 300 } };
}

function showManifest(
  repository: ForeignRepository,
  reference: string,
  { headers }: Pick<IncomingMessage, 'headers'>,
): Answer {
  if (repository.status !== undefined) return failure(repository.status, 'TOOMANYREQUESTS', 'Rate exceeded');
  const digest = digestOf(repository, reference);
  if (digest === undefined) return failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  const kind = repository.isSinglePlatform ? 'manifest' : 'index';
  const mediaType = `application/vnd.oci.image.${kind}.v1+json`;
  const accepted = (headers.accept ?? '').split(',').map((type) => type.replace(/;.*/, '').trim());
  if (kind === 'index' && !accepted.includes(mediaType))
    return failure(
      404,
      'MANIFEST_UNKNOWN',
      'OCI index found, but Accept header does not support OCI indexes',
    );
  return { status: 200, headers: { 'content-type': mediaType, 'docker-content-digest': digest }, body: {} };
}

const failure = (status: number, code: string, message: string): Answer => ({
  status,
  body: { errors: [{ code, message }] },
});
