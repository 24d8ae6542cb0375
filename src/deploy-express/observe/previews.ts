import { unlessDenied } from '../../aws/failures.ts';
import { countExpressServices, listExpressServices } from '../../aws/services.ts';
import type { DeployInputs, PreviewIdentity } from '../model/inputs.ts';
import type { Neighbours, SeenPreview } from '../model/observed.ts';
import { previewServiceName, readPreviewTags } from '../model/tags.ts';

/** The previews of a repository that run in a cluster: those of one service, or of all its services. */
export async function observePreviews(
  cluster: string,
  wanted: Pick<PreviewIdentity, 'repositoryId'> & { readonly previewOf: string | undefined },
): Promise<{ readonly previews: readonly SeenPreview[]; readonly expressServiceCount: number }> {
  const services = await listExpressServices(cluster);
  const previews = services.flatMap(({ name, arn, tags }) => {
    const record = readPreviewTags(tags);
    if (record?.repositoryId !== wanted.repositoryId) return [];
    if (wanted.previewOf !== undefined && record.previewOf !== wanted.previewOf) return [];
    // Whoever copies a service copies its tags; but a preview's name is its own.
    if (name !== previewServiceName(record.previewOf, record.pullRequest)) return [];
    return [{ ...record, serviceName: name, serviceArn: arn }];
  });
  return { previews, expressServiceCount: services.length };
}

/** How many services are there, and which previews; it is asked only when another one may be made. */
export async function observeNeighbours({ cluster, operation, preview }: DeployInputs): Promise<Neighbours> {
  if (operation === 'delete') return { expressServiceCount: undefined };
  if (preview !== undefined) return observePreviews(cluster, preview);
  return { expressServiceCount: await unlessDenied(countExpressServices(cluster)) };
}
