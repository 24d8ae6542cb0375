import { listExpressServices } from '../../aws/services.ts';
import { previewServiceName } from './name.ts';
import type { SeenPreview } from './plan-sweep.ts';
import { type PreviewIdentity, readPreviewTags } from './tags.ts';

/** The previews of a repository that run in a cluster: of one service of it, or of all. */
export async function observePreviews(
  cluster: string,
  wanted: Pick<PreviewIdentity, 'repositoryId'> & { readonly previewOf: string | undefined },
): Promise<{ readonly previews: readonly SeenPreview[]; readonly expressServiceCount: number }> {
  const services = await listExpressServices(cluster);
  const previews = services.flatMap(({ name, arn, tags }) => {
    const record = readPreviewTags(tags);
    if (record?.repositoryId !== wanted.repositoryId) return [];
    if (wanted.previewOf !== undefined && record.previewOf !== wanted.previewOf) return [];
    // Tags get copied, with a whole service too; the name of a preview is nobody else's.
    if (name !== previewServiceName(record.previewOf, record.pullRequest)) return [];
    return [{ ...record, serviceName: name, serviceArn: arn }];
  });
  return { previews, expressServiceCount: services.length };
}
