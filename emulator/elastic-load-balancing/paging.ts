import { optionalInteger, optionalText } from '../query-parameters.ts';
import { AwsError } from '../world.ts';

const LARGEST_PAGE = 400;

/** One page by `PageSize` and `Marker`. The marker hides a position, as AWS's do. */
export function page<Item>(
  items: readonly Item[],
  input: Record<string, unknown>,
): { readonly items: readonly Item[]; readonly NextMarker?: string } {
  const size = optionalInteger(input, 'PageSize', { least: 1, most: LARGEST_PAGE }) ?? LARGEST_PAGE;
  const end = positionOf(optionalText(input, 'Marker')) + size;
  const chosen = items.slice(end - size, end);
  if (end >= items.length) return { items: chosen };
  return { items: chosen, NextMarker: Buffer.from(`from:${end}`).toString('base64url') };
}

function positionOf(marker: string | undefined): number {
  if (marker === undefined || marker === '') return 0;
  const match = /^from:(\d+)$/.exec(Buffer.from(marker, 'base64url').toString());
  if (match?.[1] === undefined) throw new AwsError('ValidationError', `Invalid marker '${marker}'`);
  return Number(match[1]);
}
