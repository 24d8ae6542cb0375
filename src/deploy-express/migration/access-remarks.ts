import type { AppRunnerConfiguration } from '../../aws/app-runner-configuration.ts';
import { parseEcrHost, splitReference } from '../../parse-image-reference.ts';
import type { Remark } from '../model/inputs.ts';
import { note, urgent } from './remark.ts';

/** Secrets that a role may not read, and the action that would let it. */
export type DeniedSecrets = { readonly action: string; readonly names: readonly string[] };

/** @param isTrusting whether tasks of ECS may use the instance role; `undefined` when AWS does not say. */
export function remarkRoles(
  service: AppRunnerConfiguration,
  isTrusting: boolean | undefined,
): readonly Remark[] {
  const { instanceRoleArn, accessRoleArn } = service;
  const distrust =
    isTrusting === false ? 'does not trust ecs-tasks.amazonaws.com' : 'may not trust ecs-tasks.amazonaws.com';
  return [
    ...(instanceRoleArn === undefined || isTrusting === true
      ? []
      : [
          urgent(
            'instance role',
            `${instanceRoleArn} ${distrust}`,
            'Add ecs-tasks.amazonaws.com to the principals of its trust policy, and keep tasks.apprunner.amazonaws.com.',
          ),
        ]),
    ...(accessRoleArn === undefined
      ? []
      : [note('access role', accessRoleArn, 'The execution role pulls the image instead.')]),
  ];
}

export function remarkImage({ source, arn }: AppRunnerConfiguration): readonly Remark[] {
  if (source.kind !== 'image') return [];
  if (source.isPublic) {
    return [note('image', `${source.reference} of ECR Public`, 'It is pulled without a login.')];
  }
  const { host } = splitReference(source.reference);
  const account = host && parseEcrHost(host)?.accountId;
  if (account === undefined || arn.includes(`:${account}:`)) return [];
  return [
    urgent(
      'image',
      `it is in account ${account}`,
      'Let the policy of that repository allow the execution role to pull.',
    ),
  ];
}

/** @param denied what the execution role may not read; `undefined` when AWS does not say. */
export function remarkSecrets(
  names: readonly string[],
  denied: readonly DeniedSecrets[] | undefined,
): readonly Remark[] {
  if (names.length === 0) return [];
  if (denied === undefined) {
    return [
      urgent(
        'secrets',
        names.join(', '),
        'Allow the execution role to read them (secretsmanager:GetSecretValue, ssm:GetParameters, and kms:Decrypt for a key of your own): ECS reads them with this role, not with the instance role.',
      ),
    ];
  }
  if (denied.length === 0) {
    const known = 'The execution role may read them. Only for a key of your own it also needs kms:Decrypt.';
    return [note('secrets', names.join(', '), known)];
  }
  const refused = denied.flatMap((one) => one.names);
  const wanted = denied.map((one) => `${one.action} for ${one.names.join(', ')}`);
  return [
    urgent(
      'secrets',
      `the execution role may not read ${refused.join(', ')}`,
      `Allow the execution role ${wanted.join(', and ')}: ECS reads them with this role, not with the instance role. For a key of your own it also needs kms:Decrypt.`,
    ),
  ];
}
