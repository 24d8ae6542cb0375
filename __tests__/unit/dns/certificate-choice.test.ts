import fc from 'fast-check';
import {
  assignCertificates,
  type Certificate,
  chooseCertificates,
  isFor,
} from '../../../src/dns/certificate-choice.ts';

function certificate(arn: string, names: readonly string[], change: Partial<Certificate> = {}): Certificate {
  return { arn, names, status: 'ISSUED', expiresAt: new Date('2027-01-01'), ...change };
}

const later = { expiresAt: new Date('2027-06-01') };
const app = certificate('app', ['app.example.com']);
const both = certificate('both', ['app.example.com', 'www.example.com']);
const star = certificate('star', ['*.example.com'], later);

function choose(
  hosts: readonly string[],
  certificates: readonly Certificate[],
  more: { readonly attached?: readonly string[]; readonly given?: string } = {},
) {
  const choice = chooseCertificates(hosts, {
    certificates,
    attachedArns: more.attached ?? [],
    givenArn: more.given,
  });
  return choice.kind === 'chosen' ? choice.arns : choice;
}

test.each([
  ['own name', ['app.example.com'], [app], ['app']],
  ['wildcard of the parent', ['app.example.com'], [star], ['star']],
  ['of several the one that lasts longest', ['app.example.com'], [app, star, both], ['star']],
  ['one for all hosts before two', ['app.example.com', 'www.example.com'], [app, both], ['both']],
  [
    'two where one does not do',
    ['app.example.com', 'example.org'],
    [app, certificate('org', ['example.org'])],
    ['app', 'org'],
  ],
  ['a wildcard host needs that very wildcard', ['*.example.com'], [app, star], ['star']],
  ['none where none is wanted', [], [app], []],
])('%s', (_case, hosts, certificates, arns) => {
  expect(choose(hosts, certificates)).toEqual(arns);
});

test.each([
  ['another name', ['app.example.org'], app],
  ['a wildcard is not for the domain itself', ['example.com'], star],
  ['a wildcard is for one label', ['a.b.example.com'], star],
  ['a wildcard host is more than a name', ['*.example.com'], app],
  ['one that waits', ['app.example.com'], { ...app, status: 'PENDING_VALIDATION' }],
  ['one that expired', ['app.example.com'], { ...app, status: 'EXPIRED' }],
])('%s: missing', (_case, hosts, only) => {
  expect(choose(hosts, [only])).toEqual({ kind: 'missing', hosts });
});

test('the hosts that lack one are named, and no other', () => {
  const hosts = ['app.example.com', 'example.org'];
  expect(choose(hosts, [app])).toEqual({ kind: 'missing', hosts: ['example.org'] });
});

test('one that the listener has is kept, though another lasts longer', () => {
  expect(choose(['app.example.com'], [app, star], { attached: ['app'] })).toEqual(['app']);
});

test('one that the listener has does not count when it is not issued any more', () => {
  const expired = { ...app, status: 'EXPIRED' };
  expect(choose(['app.example.com'], [expired, star], { attached: ['app'] })).toEqual(['star']);
});

test('the given one is the one, whatever else there is', () => {
  const more = { given: 'app', attached: ['star'] };
  expect(choose(['app.example.com'], [app, star], more)).toEqual(['app']);
  expect(choose(['www.example.com'], [app, star], more)).toEqual({
    kind: 'missing',
    hosts: ['www.example.com'],
  });
});

const names = fc.uniqueArray(
  fc.constantFrom('a.example.com', 'b.example.com', '*.example.com', 'example.com', 'example.org'),
  { minLength: 1, maxLength: 4 },
);

test('what is chosen is for every host, each certificate once; what is missing really is', () => {
  const made = fc.array(names, { maxLength: 5 }).map((all) => all.map((of, i) => certificate(`${i}`, of)));
  fc.assert(
    fc.property(names, made, fc.subarray(['0', '1', '2']), (hosts, certificates, attached) => {
      const arns = choose(hosts, certificates, { attached });
      const isCovered = (host: string, by: readonly Certificate[]) => by.some((one) => isFor(one, host));
      if (!Array.isArray(arns)) {
        expect(hosts.some((host) => !isCovered(host, certificates))).toBe(true);
        return;
      }
      const chosen = certificates.filter(({ arn }) => arns.includes(arn));
      expect(hosts.every((host) => isCovered(host, chosen))).toBe(true);
      expect(new Set(arns).size).toBe(arns.length);
    }),
  );
});

test.each<[string, readonly Certificate[], readonly string[], readonly (string | undefined)[]]>([
  ['one for both before one each', [app, both], [], ['both', 'both']],
  ['what is attached before all', [app, both], ['app'], ['app', 'both']],
  ['what there is, and what is missing', [app], [], ['app', undefined]],
  ['nothing', [], [], [undefined, undefined]],
])('of two hosts each gets %s', (_case, certificates, attachedArns, arns) => {
  const hosts = ['app.example.com', 'www.example.com'];
  const assigned = assignCertificates(hosts, { certificates, attachedArns, givenArn: undefined });
  expect(hosts.map((host) => assigned.get(host))).toEqual(arns);
});
