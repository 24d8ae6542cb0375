import type { Builder } from './detect.ts';

/** What is built, with all paths absolute and all names final. Argument lists are made from this alone. */
export type Recipe = {
  /** The folder that is sent to the builder. */
  readonly context: string;
  readonly dockerfile: string;
  /** One: Express runs one architecture. */
  readonly platform: string;
  readonly target: string | undefined;
  readonly buildArgs: readonly string[];
  /** Files, never values: an argument list can be read by every process of the machine. */
  readonly secrets: readonly { readonly id: string; readonly file: string }[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly attestations: boolean;
  /** Full references, `REGISTRY/NAME:TAG`. */
  readonly references: readonly string[];
};

export function buildxArgv(recipe: Recipe, metadataFile: string): readonly string[] {
  return [
    ...['buildx', 'build', '--progress', 'plain', '--push', '--metadata-file', metadataFile],
    ...(recipe.attestations
      ? // Not `mode=max`: that writes the values of build arguments into what everybody who can pull can read.
        ['--provenance=mode=min', '--sbom=true']
      : // Attestations make an index even of a single image, with members that show up as `unknown/unknown`.
        ['--provenance=false', '--sbom=false']),
    ...commonArgv(recipe),
    ...each('--cache-from', recipe.cacheFrom),
    ...each('--cache-to', recipe.cacheTo),
    recipe.context,
  ];
}

/** `--force-rm`: the classic builder would leave the container of a failed step on a self-hosted runner. */
export function dockerBuildArgv(recipe: Recipe): readonly string[] {
  return ['build', '--force-rm', ...commonArgv(recipe), recipe.context];
}

export function dockerPushArgv(reference: string): readonly string[] {
  return ['push', reference];
}

export function repositoryDigestsArgv(reference: string): readonly string[] {
  return ['image', 'inspect', '--format', '{{json .RepoDigests}}', reference];
}

/**
 * No labels with the commit: they would give every commit an image of its own, and a commit that changes nothing in the
 * image a new deployment.
 */
function commonArgv(recipe: Recipe): readonly string[] {
  return [
    ...['--file', recipe.dockerfile, '--platform', recipe.platform],
    ...each('--target', recipe.target === undefined ? [] : [recipe.target]),
    ...each('--build-arg', recipe.buildArgs),
    ...each(
      '--secret',
      recipe.secrets.map(({ id, file }) => [`id=${id}`, `src=${file}`].map(csvField).join(',')),
    ),
    ...each('--tag', recipe.references),
  ];
}

function each(option: string, values: readonly string[]): readonly string[] {
  return values.flatMap((value) => [option, value]);
}

/** docker reads such values as a line of CSV: a comma in a path would begin another field. */
function csvField(field: string): string {
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

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
  const notice = `${joinNames(lost)} ignored: ${describeBuilder(builder)} cannot do that. Run docker/setup-buildx-action before this step to have it.`;
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
