import { customHostLimit, hostOfRuleWanted, isHostOfRule } from '../../dns/host-limit.ts';
import { isNameOfAws, parseDomain } from '../../dns/names.ts';
import { accepted, type Form, type Parsed, parseForm, quote, refused, splitList } from '../../parse.ts';
import type { InputReader } from './names.ts';

const hostPart = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const pathPart = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
export const tagPattern = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
export const pathPattern = `${pathPart}(?:/${pathPart})*`;
/** The grammar of the distribution project's `reference` package, as far as registries take it. */
const imagePattern = new RegExp(
  `^(?:${hostPart}(?:\\.${hostPart})*(?::\\d+)?/)?${pathPattern}(?::${tagPattern})?(?:@sha256:[0-9a-f]{64})?$`,
);

export function parseImageReference(raw: string): Parsed<string> {
  const wanted =
    'an image reference, REGISTRY/NAME:TAG or REGISTRY/NAME@sha256:DIGEST, with the name in lower case and no scheme';
  if (raw.length <= 1024 && imagePattern.test(raw)) return accepted(raw);
  // Before the host may stand a login.
  const seen = /\/\/[^/]*@/.test(raw) ? 'a URL with a login (not shown)' : quote(raw);
  return refused({ seen, wanted });
}

export const folderForm: Form = {
  pattern: /^(?!-)(?!.*:\/\/)[^\0\n]+$/,
  wanted: 'a folder of the workspace; a repository elsewhere is checked out first',
};
export const fileForm: Form = {
  pattern: /^(?!-)(?!.*:\/\/)[^\0\n]+$/,
  wanted: 'a file inside the source folder',
};

/**
 * Hosts in lower case, with umlauts as punycode, each once. `undefined` when there is none: a workflow that joins two
 * empty expressions by a comma gives `,`.
 */
export function parseCustomDomains(raw: string): Parsed<readonly string[] | undefined> {
  const parsed = splitList(raw).map(parseCustomDomain);
  const problems = parsed.flatMap((each) => (each.ok ? [] : [each.problem]));
  if (problems.length > 0) {
    return refused({
      seen: problems.map(({ seen }) => seen).join(', '),
      wanted: [...new Set(problems.map(({ wanted }) => wanted))].join('; '),
    });
  }
  const domains = new Set(parsed.flatMap((each) => (each.ok ? [each.value] : [])));
  if (domains.size > customHostLimit) {
    return refused({
      seen: `${domains.size} host names`,
      wanted: `at most ${customHostLimit}: the listener rule of a service holds five, its own host among them`,
    });
  }
  return accepted(domains.size > 0 ? [...domains] : undefined);
}

/** Also a name that cannot be used, which is reported by itself. */
export function namesDomains(reader: InputReader): boolean {
  return splitList(reader.text('custom-domains') ?? '').length > 0;
}

const wantedDomains =
  'host names such as app.example.com or *.example.com, separated by commas or lines, without scheme, port or path';

function parseCustomDomain(raw: string): Parsed<string> {
  const wildcard = raw.startsWith('*.') ? '*.' : '';
  const parsed = parseDomain(raw.slice(wildcard.length));
  if (!parsed.ok) return refused({ seen: quote(raw), wanted: wantedDomains });
  const domain = `${wildcard}${parsed.value}`;
  if (isNameOfAws(parsed.value)) {
    return refused({ seen: `${quote(raw)}, a name of AWS`, wanted: 'host names of your own' });
  }
  if (!isHostOfRule(domain)) return refused({ seen: quote(raw), wanted: hostOfRuleWanted });
  return accepted(domain);
}

const serviceNameForm: Form = {
  pattern: /^[A-Za-z0-9_-]{1,255}$/,
  wanted: '1 to 255 letters, digits, - and _',
};

export function requireServiceName(reader: InputReader): string {
  if (reader.text('service-name') === undefined && reader.text('apprunner-service') === undefined) {
    reader.report({ input: 'service-name', seen: 'not given', wanted: serviceNameForm.wanted });
  }
  return parseServiceName(reader) ?? '';
}

export function parseServiceName(reader: InputReader): string | undefined {
  return reader.take('service-name', (raw) => parseForm(raw, serviceNameForm)) ?? nameOfAppRunner(reader);
}

/** A service that comes over from App Runner keeps its name unless another is given. */
function nameOfAppRunner(reader: InputReader): string | undefined {
  if (reader.text('service-name') !== undefined) return undefined;
  const service = reader.text('apprunner-service');
  return service === undefined ? undefined : (/^arn:[^/]*:service\/([^/]+)\//.exec(service)?.[1] ?? service);
}
