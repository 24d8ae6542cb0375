import type { StatusRange } from '../parse.ts';

/** What a request to one side, made under the real name, came to. */
export type Probe =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly because: string; readonly isCertificate: boolean };

/** Why the answer is not a good one; `undefined` when it is. */
export function judgeProbe(seen: Probe, statuses: readonly StatusRange[]): string | undefined {
  if (seen.kind === 'failed') return seen.because;
  const good = statuses.some(({ from, to }) => seen.status >= from && seen.status <= to);
  return good ? undefined : `it answered ${seen.status}`;
}
