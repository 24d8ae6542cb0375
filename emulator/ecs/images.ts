import { optionalText } from './members.ts';
import type { Ecs, Revision } from './state.ts';
import { containersOf } from './task-definitions.ts';

/** The containers of a task definition beside `Main`, and their images. */
export function sidecarsOf({
  taskDefinition,
}: Revision): { readonly name: string; readonly image: string }[] {
  return containersOf(taskDefinition)
    .map((container) => ({
      name: optionalText(container, 'name') ?? '',
      image: optionalText(container, 'image') ?? '',
    }))
    .filter(({ name }) => name !== 'Main');
}

/** Once a deployment, for all containers (guide: "Container image resolution"). */
export function resolveImages(ecs: Ecs, revision: Revision): void {
  revision.imageDigest = resolve(ecs, revision.configuration.container.image) ?? revision.imageDigest;
  revision.sidecarDigests = new Map(
    sidecarsOf(revision).flatMap(({ name, image }): [string, string][] => {
      const digest = resolve(ecs, image);
      return digest === undefined ? [] : [[name, digest]];
    }),
  );
}

function resolve(ecs: Ecs, image: string): string | undefined {
  const stored = ecs.images.resolve(image);
  if (stored === undefined) return ecs.foreignDigestOf(image);
  return stored.found ? stored.digest : undefined;
}
