import type { Builder } from './detect-docker.ts';
import type { Recipe } from './docker-argv.ts';

type Options = Pick<Recipe, 'cacheFrom' | 'cacheTo' | 'attestations'>;

/**
 * Leaves out what the builder cannot do: a cache makes a build fast and an attestation describes it, but the image is
 * the same without. Each loss is one sentence, shown as a notice.
 */
export function adaptToBuilder<Given extends Options>(
  given: Given,
  builder: Builder,
): { readonly adapted: Given; readonly notices: readonly string[] } {
  const cacheFrom = builder.kind === 'buildx' ? given.cacheFrom : [];
  const cacheTo = given.cacheTo.filter((value) => canExport(builder, value));
  const attestations = given.attestations && builder.kind === 'buildx' && !builder.limited;
  const lost = [
    ...(cacheFrom.length < given.cacheFrom.length ? ['cache-from'] : []),
    ...(cacheTo.length < given.cacheTo.length ? ['cache-to'] : []),
    ...(attestations === given.attestations ? [] : ['attestations']),
  ];
  const adapted = { ...given, cacheFrom, cacheTo, attestations };
  if (lost.length === 0) return { adapted, notices: [] };
  const notice = `${joinNames(lost)} passed over: ${describeBuilder(builder)} cannot do that. Run docker/setup-buildx-action before this step to have it.`;
  return { adapted, notices: [notice] };
}

/** An inline cache is part of the image, and so within the reach of every BuildKit. */
function canExport(builder: Builder, value: string): boolean {
  if (builder.kind !== 'buildx') return false;
  return !builder.limited || /(?:^|,)\s*type=inline\b/.test(value);
}

/** As the log names it. */
export function describeBuilder(builder: Builder): string {
  if (builder.kind === 'docker-build') return 'docker build without buildx';
  return builder.limited ? `the ${builder.driver} driver of buildx` : `buildx (driver ${builder.driver})`;
}

function joinNames(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
