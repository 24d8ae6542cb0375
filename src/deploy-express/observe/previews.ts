import { unlessDenied } from '../../aws/failures.ts';
import {
  countExpressServices,
  describeEcsService,
  type ListedService,
  listExpressServices,
} from '../../aws/services.ts';
import type { DeployInputs, PreviewIdentity } from '../model/inputs.ts';
import type { Neighbours, SeenPreview } from '../model/observed.ts';
import { previewServiceName, readPreviewTags } from '../model/tags.ts';

type Wanted = Pick<PreviewIdentity, 'repositoryId'> & { readonly previewOf: string | undefined };

/** The previews of a repository that run in a cluster: those of one service, or of all its services. */
export async function observePreviews(
  cluster: string,
  wanted: Wanted,
): Promise<{ readonly previews: readonly SeenPreview[]; readonly expressServiceCount: number }> {
  const services = await listExpressServices(cluster);
  const previews = services.flatMap((service) => readPreview(service, wanted) ?? []);
  return { previews, expressServiceCount: services.length };
}

/** The preview of that name; `undefined` when there is none that runs, or what has the name is no preview. */
export async function observePreview(
  cluster: string,
  serviceName: string,
  wanted: Wanted,
): Promise<SeenPreview | undefined> {
  const seen = await describeEcsService(cluster, serviceName);
  if (seen.kind !== 'found' || seen.status !== 'ACTIVE' || !seen.express) return undefined;
  return readPreview({ name: serviceName, arn: seen.arn, tags: seen.tags }, wanted);
}

function readPreview({ name, arn, tags }: ListedService, wanted: Wanted): SeenPreview | undefined {
  const record = readPreviewTags(tags);
  if (record?.repositoryId !== wanted.repositoryId) return undefined;
  if (wanted.previewOf !== undefined && record.previewOf !== wanted.previewOf) return undefined;
  // Whoever copies a service copies its tags; but a preview's name is its own.
  if (name !== previewServiceName(record.previewOf, record.pullRequest)) return undefined;
  return { ...record, serviceName: name, serviceArn: arn };
}

/** How many services are there, and which previews; it is asked only when another one may be made. */
export async function observeNeighbours({ cluster, operation, preview }: DeployInputs): Promise<Neighbours> {
  if (operation === 'delete') return { expressServiceCount: undefined };
  if (preview !== undefined) return observePreviews(cluster, preview);
  return { expressServiceCount: await unlessDenied(countExpressServices(cluster)) };
}
