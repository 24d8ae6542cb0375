import { ActionError } from '../../errors.ts';
import { isPreviewImageTag } from './name.ts';

/** Returns what is to be said when it could not be done. */
export async function deletePreviewImages(
  repository: string,
  serviceName: string,
  log: (line: string) => void,
): Promise<string | undefined> {
  const { deleteImageTags } = await import('../../aws/ecr.ts');
  try {
    const count = await deleteImageTags(repository, (tag) => isPreviewImageTag(serviceName, tag));
    log(`Deleted ${count} image tags of ${serviceName} from ECR repository ${repository}`);
    return undefined;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return `${error.message}. ${error.hint ?? ''} The images of ${serviceName} stay in ECR repository ${repository}.`;
  }
}
