import { AwsError } from '../world.ts';

/** A JSON policy, as far as IAM itself looks into it before it stores the text. */

type Statement = Record<string, unknown>;

/** A role's trust policy: its statements, or `MalformedPolicyDocument` in IAM's words. */
export function readTrustPolicy(text: string): readonly Statement[] {
  const statements = readPolicy(text);
  for (const statement of statements) {
    if (statement['Resource'] !== undefined) throw malformed('Has prohibited field Resource');
    if (statement['Principal'] === undefined) throw malformed('Missing required field Principal');
  }
  return statements;
}

export function readPolicy(text: string): readonly Statement[] {
  const policy = parse(text);
  const statements = isObject(policy) ? asList(policy['Statement']) : [];
  if (statements.length === 0 || !statements.every(isObject)) throw malformed('Syntax errors in policy.');
  for (const { Effect } of statements) {
    if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed('Syntax errors in policy.');
  }
  return statements;
}

/** Whether the service may assume the role. Conditions are not looked at. */
export const trusts = (statements: readonly Statement[], servicePrincipal: string): boolean =>
  statements.some(
    ({ Effect, Principal, Action }) =>
      Effect === 'Allow' &&
      asList(Action).some((action) => action === 'sts:AssumeRole' || action === 'sts:*' || action === '*') &&
      isObject(Principal) &&
      asList(Principal['Service']).includes(servicePrincipal),
  );

/** "Policies returned by this operation are URL-encoded compliant with RFC 3986", which is stricter than JavaScript. */
export const encodePolicy = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
}

const asList = (value: unknown): readonly unknown[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const malformed = (message: string): AwsError => new AwsError('MalformedPolicyDocument', message);
