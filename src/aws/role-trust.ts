import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ActionError } from '../errors.ts';
import { clientConfig } from './clients.ts';
import { ask } from './failures.ts';

let iam: IAMClient | undefined;

/**
 * Whether a service of AWS may assume the role, as far as its trust policy names it outright; `undefined` when the policy
 * may not be read. Conditions are not looked at.
 */
export async function isTrusting(roleArn: string, service: string): Promise<boolean | undefined> {
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  iam ??= new IAMClient(clientConfig());
  const client = iam;
  try {
    const { Role: role } = await ask('iam:GetRole', `read the trust policy of role ${name}`, () =>
      client.send(new GetRoleCommand({ RoleName: name })),
    );
    const policy = role?.AssumeRolePolicyDocument;
    return policy === undefined ? undefined : trusts(policy, service);
  } catch (error) {
    // Nice to know beforehand, but no deployment depends on it.
    if (error instanceof ActionError) return undefined;
    throw error;
  }
}

type Statement = {
  readonly Effect?: string;
  readonly Principal?: { readonly Service?: string | readonly string[] };
};

/** IAM gives the document URL-encoded (API reference, GetRole). */
export function trusts(encodedPolicy: string, service: string): boolean | undefined {
  try {
    const text = encodedPolicy.trimStart().startsWith('{')
      ? encodedPolicy
      : decodeURIComponent(encodedPolicy);
    const policy = JSON.parse(text) as { readonly Statement?: Statement | readonly Statement[] };
    return [policy.Statement ?? []]
      .flat()
      .filter(({ Effect }) => Effect === 'Allow')
      .some(({ Principal }) => [Principal?.Service ?? []].flat().includes(service));
  } catch {
    return undefined;
  }
}
