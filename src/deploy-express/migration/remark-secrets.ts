import type { Remark } from '../model/inputs.ts';
import type { DeniedSecrets } from './observe-secret-access.ts';
import { plain, urgent } from './remark.ts';

/** @param denied what the execution role may not read; `undefined`: nobody could say. */
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
