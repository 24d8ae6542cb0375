import { AwsError } from '../world.ts';
import { invalid, optionalString } from './input.ts';

const DEFAULT_PAGE_SIZE = 100;
const LARGEST_PAGE_SIZE = 1000;

/** One page of `items`, by `maxResults` and `nextToken` of the input. The token hides a position, as AWS's do. */
export function page<Item>(
  items: readonly Item[],
  input: Record<string, unknown>,
): { readonly items: readonly Item[]; readonly nextToken?: string } {
  const size = input['maxResults'] ?? DEFAULT_PAGE_SIZE;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > LARGEST_PAGE_SIZE) {
    throw invalid('maxResults', `must be an integer between 1 and ${LARGEST_PAGE_SIZE}`);
  }
  const start = positionOf(optionalString(input, 'nextToken'));
  const end = start + size;
  const nextToken = end < items.length ? Buffer.from(`from:${end}`).toString('base64url') : undefined;
  return { items: items.slice(start, end), ...(nextToken !== undefined && { nextToken }) };
}

function positionOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const match = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (match?.[1] === undefined) throw new AwsError('InvalidParameterException', 'Invalid token');
  return Number(match[1]);
}
