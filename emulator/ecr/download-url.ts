import { AwsError, type CallContext } from '../world.ts';
import { invalid, requiredString } from './input.ts';
import { identity, namedRepository, type RegistryAccount } from './registry-account.ts';

/**
 * A URL that needs no credentials, for a layer or the config of an image. On AWS it leads to S3; here to the registry,
 * which takes a signature in the place of a password.
 */
export function downloadUrlForLayer(
  account: RegistryAccount,
  input: Record<string, unknown>,
  context: CallContext,
) {
  const repository = namedRepository(account, input);
  const layerDigest = requiredString(input, 'layerDigest');
  if (!/^[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+$/.test(layerDigest))
    throw invalid('layerDigest', "must satisfy regular expression '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'");
  if (!repository.blobs.has(layerDigest)) {
    const { registryId, repositoryName } = identity(account, repository);
    throw new AwsError(
      'LayersNotFoundException',
      `The layer with digest '${layerDigest}' does not exist within the repository with name '${repositoryName}' ` +
        `in the registry with id '${registryId}'`,
    );
  }
  const { password } = account.passwords.issue(context);
  const query = new URLSearchParams({ 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Signature': password });
  return {
    downloadUrl: `http://${account.registryHost}/v2/${repository.name}/blobs/${layerDigest}?${query}`,
    layerDigest,
  };
}
