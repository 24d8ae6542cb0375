import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import type { Deployments } from './deployments.ts';
import { pushImage } from './push-image.ts';
import type { CallOptions } from './registry-world.ts';

/** Makes a repository. What it returns pushes an image under a tag, over whatever has it, and gives the digest. */
export async function createPusher(emulator: Deployments['emulator'], repositoryName: string) {
  const ecr = new ECRClient(emulator.client);
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  const answer = await ecr.send(new GetAuthorizationTokenCommand({}));
  ecr.destroy();
  const token = answer.authorizationData?.[0]?.authorizationToken ?? '';
  const call = (method: string, path: string, { headers, body }: CallOptions = {}) =>
    fetch(`http://${emulator.registry}${path}`, {
      method,
      headers: { authorization: `Basic ${token}`, ...headers },
      ...(body !== undefined && { body }),
    });
  return async (tag: string, layer: string, architecture = 'amd64'): Promise<string> =>
    (await pushImage(call, repositoryName, { reference: tag, layer, architecture })).digest;
}
