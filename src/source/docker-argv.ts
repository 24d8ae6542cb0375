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
