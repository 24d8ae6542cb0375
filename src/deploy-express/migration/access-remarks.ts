import type { AppRunnerConfiguration } from '../../aws/app-runner-configuration.ts';
import { parseEcrHost, splitReference } from '../../parse-image-reference.ts';
import type { Remark } from '../model/inputs.ts';
import { plain, urgent } from './remark.ts';

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
            'Add ecs-tasks.amazonaws.com to the principals of its trust policy, beside tasks.apprunner.amazonaws.com.',
          ),
        ]),
    ...(accessRoleArn === undefined
      ? []
      : [plain('access role', accessRoleArn, 'Nothing: the execution role pulls the image in its place.')]),
  ];
}

export function remarkImage({ source, arn }: AppRunnerConfiguration): readonly Remark[] {
  if (source.kind !== 'image') return [];
  if (source.isPublic) {
    return [plain('image', `${source.reference} of ECR Public`, 'Nothing: it is pulled without a login.')];
  }
  const { host } = splitReference(source.reference);
  const account = host && parseEcrHost(host)?.accountId;
  if (account === undefined || arn.includes(`:${account}:`)) return [];
  return [
    urgent(
      'image',
      `it lies in account ${account}`,
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
        'Allow the execution role to read them (secretsmanager:GetSecretValue, ssm:GetParameters, and kms:Decrypt for a key of your own): ECS reads them with that, not with the instance role.',
      ),
    ];
  }
  if (denied.length === 0) {
    const todo =
      'Nothing: the policies of the execution role let it read them. Only for a key of your own it also needs kms:Decrypt.';
    return [plain('secrets', names.join(', '), todo)];
  }
  const refused = denied.flatMap((one) => one.names);
  const wanted = denied.map((one) => `${one.action} for ${one.names.join(', ')}`);
  return [
    urgent(
      'secrets',
      `the execution role may not read ${refused.join(', ')}`,
      `Allow the execution role ${wanted.join(', and ')}: ECS reads them with that, not with the instance role. For a key of your own it also needs kms:Decrypt.`,
    ),
  ];
}
