import { type Input, invalid, optionalInteger, optionalText } from './members.ts';

/**
 * One page of a list: at most `maxResults` (1 to 100, 100 when absent) and the token of the next. The token is the
 * place in the list and no secret; a token that was not given out is refused.
 */
export function page<Item>(
  input: Input,
  items: readonly Item[],
  usual = 100,
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } {
  const size = optionalInteger(input, 'maxResults') ?? usual;
  if (size < 1 || size > 100) throw invalid('maxResults must be between 1 and 100.');
  const token = optionalText(input, 'nextToken');
  const place = token === undefined ? '0' : Buffer.from(token, 'base64url').toString('utf8');
  if (!/^\d+$/.test(place)) throw invalid('Invalid token.');
  const start = Number(place);
  const end = start + size;
  return {
    items: items.slice(start, end),
    nextToken: end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
}
