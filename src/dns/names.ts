import { domainToASCII } from 'node:url';
import { accepted, type Parsed, quote, refused } from '../parse.ts';

/**
 * Names of DNS, in the one form everything here compares: lower case, no dot at the end, escapes resolved.
 *
 * Route 53 gives names lower-cased, with the dot, and with every character but letters, digits, `-`, `_` and `.` as
 * three octal digits, so that `*` comes back as `\052` (Route 53 developer guide, "DNS domain name format").
 */
export function normaliseName(name: string): string {
  return decodeEscapes(name).toLowerCase().replace(/\.$/, '');
}

/** An escaped dot is part of a label, so it stays escaped. */
function decodeEscapes(name: string): string {
  return name.replace(/\\([0-3][0-7]{2})/g, (sequence, octal: string) =>
    octal === '056' ? sequence : String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

/** The form Route 53 stores a name in: what a record that we create is read back as. */
export function toRoute53Name(name: string): string {
  const escaped = normaliseName(name).replace(
    /[^a-z0-9\-_.\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `${escaped}.`;
}

export function isSameName(one: string, other: string): boolean {
  return normaliseName(one) === normaliseName(other);
}

/**
 * A load balancer's name with `dualstack.` before it, as the console writes it, is the same balancer: the prefix only
 * adds IPv6 addresses to the answer.
 */
export function isSameTarget(one: string, other: string): boolean {
  return normaliseTarget(one) === normaliseTarget(other);
}

function normaliseTarget(target: string): string {
  return normaliseName(target).replace(/^dualstack\./, '');
}

/** The name itself, or one below it. */
export function isWithin(name: string, parent: string): boolean {
  const [inner, outer] = [normaliseName(name), normaliseName(parent)];
  return inner === outer || inner.endsWith(`.${outer}`);
}

/** `*.example.com` answers for `app.example.com`, but neither for `example.com` nor for `a.app.example.com`. */
export function wildcardCovers(pattern: string, host: string): boolean {
  const [wanted, name] = [normaliseName(pattern), normaliseName(host)];
  if (!wanted.startsWith('*.')) return wanted === name;
  return name.slice(name.indexOf('.') + 1) === wanted.slice(2) && name.includes('.');
}

/** `example.com` of `*.example.com`. */
export function wildcardParent(name: string): string | undefined {
  return name.startsWith('*.') ? name.slice(2) : undefined;
}

/** The wildcards that may answer for a name without records, the nearest first; none above the zone. */
export function wildcardsFor(domain: string, zoneName: string): readonly string[] {
  const labels = normaliseName(domain).split('.');
  return labels
    .slice(1)
    .map((_label, index) => labels.slice(index + 1).join('.'))
    .filter((parent) => isWithin(parent, zoneName))
    .map((parent) => `*.${parent}`);
}

const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** A host name as people write it: any case, umlauts, a dot at the end. Gives the form of `normaliseName`. */
export function parseDomain(raw: string): Parsed<string> {
  const wanted = 'a host name such as app.example.com, without scheme, port or path';
  if (raw.startsWith('*.')) {
    return refused({
      seen: `${quote(raw)}, a wildcard`,
      wanted: `${wanted}; move each host by its own name, as nobody can ask a wildcard whether it answers`,
    });
  }
  // `domainToASCII` reads a URL's host: it would drop what follows, and resolve percent signs.
  const name = /[\s/:?#@\\%[\]]/.test(raw) ? '' : domainToASCII(raw.replace(/\.$/, '')).toLowerCase();
  const labels = name.split('.');
  const valid =
    name.length <= 253 &&
    labels.length >= 2 &&
    labels.every((part) => label.test(part)) &&
    !/^\d+$/.test(labels.at(-1) ?? '');
  return valid ? accepted(name) : refused({ seen: quote(raw), wanted });
}

const namesOfAws = ['on.aws', 'amazonaws.com', 'awsapprunner.com'];

/** Nobody but AWS has a zone for it. */
export function isNameOfAws(name: string): boolean {
  return namesOfAws.some((parent) => isWithin(name, parent));
}

/** `a`, `a and b`, `a, b and c`; of more than `most` the first two, as all of them stand elsewhere. */
export function renderNames(names: readonly string[], most = 3): string {
  const shown = names.length > most ? [...names.slice(0, 2), `${names.length - 2} more`] : names;
  const [last = ''] = shown.slice(-1);
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
