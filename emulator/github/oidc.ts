import { createPublicKey, createSign, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { ok, type Route } from './api.ts';
import { jobClaims } from './oidc-claims.ts';
import { requireRepository } from './repository.ts';
import type { GitHubState } from './state.ts';

const KEY_ID = 'emulator-1';

/** The issuer of the identity token of a job: signed as GitHub's is, with a key of its own. */
export function oidcRoutes(state: GitHubState): readonly Route[] {
  const key = signingKey();
  return [
    {
      operation: 'oidc/token',
      method: 'GET',
      path: '/_apis/oidc/token',
      needs: [],
      callers: 'job',
      answer: async ({ query }) => {
        const claims = jobClaims(state, query.get('audience') ?? undefined);
        const value = signToken(claims, await key());
        return ok({ count: value.length, value });
      },
    },
    {
      operation: 'oidc/jwks',
      method: 'GET',
      path: '/.well-known/jwks',
      needs: [],
      callers: 'anyone',
      answer: async () => {
        const jwk = createPublicKey(await key()).export({ format: 'jwk' });
        return ok({ keys: [{ ...jwk, alg: 'RS256', use: 'sig', kid: KEY_ID }] });
      },
    },
    {
      operation: 'oidc/configuration',
      method: 'GET',
      path: '/.well-known/openid-configuration',
      needs: [],
      callers: 'anyone',
      answer: ({ apiUrl }) =>
        ok({
          issuer: 'https://token.actions.githubusercontent.com',
          jwks_uri: `${apiUrl}/.well-known/jwks`,
          id_token_signing_alg_values_supported: ['RS256'],
          response_types_supported: ['id_token'],
          subject_types_supported: ['public', 'pairwise'],
        }),
    },
    {
      operation: 'actions/get-custom-oidc-sub-claim-for-repo',
      method: 'GET',
      path: '/repos/{owner}/{repo}/actions/oidc/customization/sub',
      needs: ['actions=read'],
      answer: (request) => {
        requireRepository(request, state.repository);
        const { subjectKeys, usesImmutableSubject } = state.oidc;
        return ok({
          use_default: subjectKeys === undefined,
          ...(subjectKeys !== undefined && { include_claim_keys: subjectKeys }),
          use_immutable_subject: usesImmutableSubject,
        });
      },
    },
  ];
}

/** Made when it is first needed: most runs of the emulator need none. */
function signingKey(): () => Promise<KeyObject> {
  let made: Promise<KeyObject> | undefined;
  const make = async () => (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey;
  return () => {
    made ??= make();
    return made;
  };
}

function signToken(claims: object, key: KeyObject): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ typ: 'JWT', alg: 'RS256', kid: KEY_ID })}.${encode(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}
