import type { ImageStore } from '../world.ts';
import { type Repositories, tagsOf } from './repositories.ts';

/** Answers what an image reference names, for the parts that run images. */
export function createImageStore(options: {
  readonly registryHost: string;
  readonly repositories: Repositories;
}): ImageStore {
  const prefix = `${options.registryHost}/`;
  return {
    resolve: (reference) => {
      if (!reference.startsWith(prefix)) return undefined;
      const { name, tag, digest } = parseReference(reference.slice(prefix.length));
      const repository = options.repositories.get(name);
      const image = repository?.images.get(digest ?? repository.imageTags.get(tag) ?? '');
      if (repository === undefined || image === undefined) return { found: false };
      const { digest: found, architectures } = image;
      return { found: true, digest: found, tags: tagsOf(repository, found), architectures };
    },
  };
}

/** A digest wins over a tag beside it, as it does for docker and for ECS. */
function parseReference(path: string): { name: string; tag: string; digest: string | undefined } {
  const [named = '', digest] = path.split('@', 2);
  const [name = '', tag = 'latest'] = named.split(':', 2);
  return { name, tag, digest };
}
