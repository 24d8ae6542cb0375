/**
 * Domain names as Route 53 keeps them: lower case, with the last dot, and every character but `a-z 0-9 - _` as an
 * octal escape, so that `*` is `\052`.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
 */

const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;

/** Why a name is none, in Route 53's words: `DomainLabelEmpty (Domain label is empty)`. */
export class DomainNameProblem extends Error {}

/** The canonical form of a name; throws `DomainNameProblem`. `.` is the root. */
export function parseDomainName(text: string): string {
  const body = text.endsWith('.') ? text.slice(0, -1) : text;
  if (body === '') {
    if (text === '.') return '.';
    throw new DomainNameProblem('DomainNameEmpty (Domain name is empty)');
  }
  const labels = splitLabels(body).map(decodeLabel);
  for (const label of labels) {
    if (label === '') throw new DomainNameProblem('DomainLabelEmpty (Domain label is empty)');
    if (label.length > LONGEST_LABEL)
      throw new DomainNameProblem('DomainLabelTooLong (Domain label is too long)');
  }
  if (labels.join('.').length > LONGEST_NAME) {
    throw new DomainNameProblem('DomainNameTooLong (Domain name is too long)');
  }
  return `${labels.map(encodeLabel).join('.')}.`;
}

/** The labels of a canonical name, escapes resolved, first label first. */
export function labelsOf(name: string): string[] {
  return name === '.' ? [] : splitLabels(name.slice(0, -1)).map(decodeLabel);
}

/**
 * The order of listings: labels reversed, compared as text. The dots take part, so that `a-b.example.com` sorts before
 * `x.a.example.com`.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html
 */
export function listingKey(name: string): string {
  return `${labelsOf(name).reverse().join('.')}.`;
}

export const isWithin = (name: string, ancestor: string): boolean =>
  ancestor === '.' || name === ancestor || name.endsWith(`.${ancestor}`);

/** `www.example.com.` → `example.com.` → `com.` → `.` → undefined. */
export function parentOf(name: string): string | undefined {
  if (name === '.') return undefined;
  return name.slice(firstLabel(name).length + 1) || '.';
}

export const WILDCARD_LABEL = '\\052';

const firstLabel = (name: string): string => splitLabels(name)[0] ?? '';

/** Dots inside an escape are written `\056`, so a dot always separates. */
const splitLabels = (name: string): string[] => name.split('.');

function decodeLabel(label: string): string {
  const decoded = label.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  if (!/^[\x20-\x7e]*$/.test(decoded)) {
    throw new DomainNameProblem('UnsupportedCharacter (Value contains unsupported characters)');
  }
  return decoded.toLowerCase();
}

const encodeLabel = (label: string): string =>
  label.replace(/[^a-z0-9_-]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
