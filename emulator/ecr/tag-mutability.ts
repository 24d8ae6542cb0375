import { invalid, optionalObjects, optionalString } from './input.ts';

const MODES = ['MUTABLE', 'IMMUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION'] as const;

export type ExclusionFilter = { readonly filterType: 'WILDCARD'; readonly filter: string };

export type TagMutability = {
  readonly mode: (typeof MODES)[number];
  /** One to five with the two `_WITH_EXCLUSION` modes, none otherwise. */
  readonly exclusions: readonly ExclusionFilter[];
};

/** Reads `imageTagMutability` and its filters as CreateRepository and PutImageTagMutability take them. */
export function parseTagMutability(input: Record<string, unknown>): TagMutability {
  const given = optionalString(input, 'imageTagMutability') ?? 'MUTABLE';
  const mode = MODES.find((candidate) => candidate === given);
  if (mode === undefined) throw invalid('imageTagMutability', `must be one of [${MODES.join(', ')}]`);

  const filters = optionalObjects(input, 'imageTagMutabilityExclusionFilters');
  if (mode.endsWith('_WITH_EXCLUSION')) return { mode, exclusions: parseFilters(filters ?? []) };
  if (filters !== undefined && filters.length > 0) {
    throw invalid('imageTagMutabilityExclusionFilters', `must not be given with ${mode}`);
  }
  return { mode, exclusions: [] };
}

export function isImmutable(mutability: TagMutability, tag: string): boolean {
  const excluded = mutability.exclusions.some(({ filter }) => wildcardMatches(filter, tag));
  return mutability.mode.startsWith('IMMUTABLE') ? !excluded : excluded;
}

function parseFilters(filters: readonly Record<string, unknown>[]): ExclusionFilter[] {
  const name = 'imageTagMutabilityExclusionFilters';
  if (filters.length < 1 || filters.length > 5) throw invalid(name, 'must have between 1 and 5 filters');
  return filters.map((given) => {
    const filter = optionalString(given, 'filter') ?? '';
    if (given['filterType'] !== 'WILDCARD') throw invalid(`${name}.filterType`, 'must be one of [WILDCARD]');
    // Two wildcards at most: ECR user guide, "Image tag mutability exclusion filters".
    if (!/^[0-9a-zA-Z._*-]{1,128}$/.test(filter) || filter.split('*').length > 3) {
      throw invalid(
        `${name}.filter`,
        "must satisfy regular expression '^[0-9a-zA-Z._*-]{1,128}$' with at most two wildcards",
      );
    }
    return { filterType: 'WILDCARD', filter };
  });
}

function wildcardMatches(filter: string, tag: string): boolean {
  const pattern = filter
    .split('*')
    .map((literal) => literal.replaceAll('.', '\\.'))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(tag);
}
