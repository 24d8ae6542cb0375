import { invalid } from './input.ts';

/**
 * The unstructured part of CloudWatch's filter syntax: `ERROR "out of memory"` wants both, `?ERROR ?WARN` either,
 * `-DEBUG` leaves out. Upper and lower case differ. JSON, field and regex patterns are refused by name.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function parseFilterPattern(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (/^[{[%]/.test(text)) {
    throw invalid(`The emulator does not model JSON, field or regular-expression filter patterns: ${text}`);
  }
  const terms = [...text.matchAll(/([?-]?)(?:"([^"]*)"|(\S+))(?:\s+|$)/g)].map(([, sign, quoted, bare]) => ({
    sign,
    text: quoted ?? bareTerm(bare ?? ''),
  }));
  const wanted = terms.filter(({ sign }) => sign === '');
  const either = terms.filter(({ sign }) => sign === '?');
  const unwanted = terms.filter(({ sign }) => sign === '-');
  return (message) => {
    const has = (term: { readonly text: string }): boolean => message.includes(term.text);
    if (unwanted.some(has) || !wanted.every(has)) return false;
    // Beside a term that must be there, `?` terms have no effect.
    return wanted.length > 0 || either.length === 0 || either.some(has);
  };
}

function bareTerm(term: string): string {
  if (/^\w+$/.test(term)) return term;
  throw invalid('Invalid filter pattern');
}
