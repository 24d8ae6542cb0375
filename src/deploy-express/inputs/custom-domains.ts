import { isWithin, parseDomain } from '../../dns/names.ts';
import { accepted, type Parsed, quote, refused, splitList } from '../../parse.ts';
import { customDomainLimit } from '../model/inputs.ts';

/** Lower case, umlauts as punycode, each once. `undefined` when there is none: `,` is what two empty expressions leave. */
export function parseCustomDomains(raw: string): Parsed<readonly string[] | undefined> {
  const domains = new Set<string>();
  for (const item of splitList(raw)) {
    const domain = parseCustomDomain(item);
    if (!domain.ok) return domain;
    domains.add(domain.value);
  }
  if (domains.size > customDomainLimit) {
    return refused({
      seen: `${domains.size} host names`,
      wanted: `at most ${customDomainLimit}: the listener rule of a service holds five, its own host among them`,
    });
  }
  return accepted(domains.size > 0 ? [...domains] : undefined);
}

const wanted =
  'host names such as app.example.com or *.example.com, separated by commas or lines, without scheme, port or path';

const namesOfAws = ['on.aws', 'amazonaws.com', 'awsapprunner.com'];

function parseCustomDomain(raw: string): Parsed<string> {
  const wildcard = raw.startsWith('*.') ? '*.' : '';
  const parsed = parseDomain(raw.slice(wildcard.length));
  if (!parsed.ok) return refused({ seen: quote(raw), wanted });
  const name = parsed.value;
  const domain = `${wildcard}${name}`;
  if (namesOfAws.some((parent) => isWithin(name, parent))) {
    return refused({ seen: `${quote(raw)}, a name of AWS`, wanted: 'host names of your own' });
  }
  // ELB API reference, RuleCondition: which characters a host may have, and how many.
  if (!/^[a-z0-9.-]+\.[a-z]+$/.test(name) || domain.length > 128) {
    return refused({
      seen: quote(raw),
      wanted:
        'host names that a load balancer takes: at most 128 letters, digits, - and ., letters at the end',
    });
  }
  return accepted(domain);
}
