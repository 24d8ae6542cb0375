import fc from 'fast-check';
import { parseCustomDomains } from '../../../../src/deploy-express/inputs/forms.ts';
import { parseRawInputs, type RawInputs } from '../../../helpers/raw-inputs.ts';

test.each([
  ['app.example.com', ['app.example.com']],
  [' app.example.com , www.example.com ', ['app.example.com', 'www.example.com']],
  ['app.example.com\nwww.example.com\n', ['app.example.com', 'www.example.com']],
  ['App.Example.COM.', ['app.example.com']],
  ['bücher.example', ['xn--bcher-kva.example']],
  ['*.Bücher.example', ['*.xn--bcher-kva.example']],
  ['app.example.com, APP.example.com.', ['app.example.com']],
  [
    'a.example.com,b.example.com,c.example.com,d.example.com,A.example.com',
    ['a', 'b', 'c', 'd'].map((label) => `${label}.example.com`),
  ],
  [' , \n,', undefined],
])('%j is %j', (raw, value) => {
  expect(parseCustomDomains(raw)).toEqual({ ok: true, value });
});

test.each([
  ['https://app.example.com', '"https://app.example.com"'],
  ['app.example.com/path', '"app.example.com/path"'],
  ['app.example.com:443', '"app.example.com:443"'],
  ['localhost', '"localhost"'],
  ['10.0.0.1', '"10.0.0.1"'],
  ['*', '"*"'],
  ['*.com', '"*.com"'],
  ['app.*.example.com', '"app.*.example.com"'],
  ['*app.example.com', '"*app.example.com"'],
  ['*.*.example.com', '"*.*.example.com"'],
  ['app?.example.com', '"app?.example.com"'],
  ['-app.example.com', '"-app.example.com"'],
  ['my_app.example.com', '"my_app.example.com"'],
  ['пример.рф', '"пример.рф"'],
  ['we-0123.ecs.eu-west-1.on.aws', /a name of AWS/],
  ['my-lb-1.eu-west-1.elb.amazonaws.com', /a name of AWS/],
  ['x.eu-west-1.awsapprunner.com', /a name of AWS/],
  [`${'a'.repeat(60)}.${'b'.repeat(60)}.example.com`, /aaa/],
  ['a.example.com,b.example.com,c.example.com,d.example.com,e.example.com', '5 host names'],
  ['app.example.com, not a name', '"not a name"'],
])('%j is refused', (raw, seen) => {
  const parsed = parseCustomDomains(raw);
  expect(parsed).toMatchObject({
    ok: false,
    problem: { seen: typeof seen === 'string' ? seen : expect.stringMatching(seen) },
  });
});

test('whatever is taken is in the form that a rule shows, and is taken again as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.domain(), fc.string()), { maxLength: 5 }), (names) => {
      const parsed = parseCustomDomains(names.join(','));
      if (!parsed.ok || parsed.value === undefined) return;
      for (const name of parsed.value) expect(name).toMatch(/^(\*\.)?[a-z0-9.-]+\.[a-z]+$/);
      expect(parseCustomDomains(parsed.value.join('\n'))).toEqual(parsed);
    }),
  );
});

const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/0f0e';
const image = { image: 'registry.example/web:1' };

test('they reach the inputs, and are none when not given', () => {
  const raw = { ...image, 'custom-domains': 'app.example.com', 'certificate-arn': certificate };
  expect(parseRawInputs(raw)).toMatchObject({
    ok: true,
    inputs: { customDomains: ['app.example.com'], certificateArn: certificate },
  });
  expect(parseRawInputs(image)).toMatchObject({
    ok: true,
    inputs: { customDomains: [], certificateArn: undefined },
  });
});

test.each([
  [certificate.replace('eu-west-1', 'us-east-1'), /Region us-east-1, while the service runs in eu-west-1/],
  [certificate.replace(':acm:', ':iam:'), /service iam/],
  ['0f0e', /"0f0e"/],
])('certificate-arn %s cannot be used', (arn, seen) => {
  expect(
    parseRawInputs({ ...image, 'custom-domains': 'app.example.com', 'certificate-arn': arn }),
  ).toMatchObject({
    ok: false,
    problems: [{ input: 'certificate-arn', seen: expect.stringMatching(seen) }],
  });
});

test('certificate-arn alone is a mistake', () => {
  expect(parseRawInputs({ ...image, 'certificate-arn': certificate })).toMatchObject({
    ok: false,
    problems: [{ input: 'certificate-arn', seen: 'given without custom-domains' }],
  });
});

test.each([',', ' , \n,'])('what needs names beside a list without one: %j', (list) => {
  const parsed = (raw: RawInputs) => {
    const { ok, ...seen } = parseRawInputs({ ...image, 'custom-domains': list, ...raw });
    return ok || !('problems' in seen) ? [] : seen.problems.map(({ input, seen: was }) => `${input}: ${was}`);
  };
  expect(parsed({})).toEqual([]);
  expect(parsed({ 'certificate-arn': certificate })).toEqual([
    'certificate-arn: given without custom-domains',
  ]);
  expect(parsed({ 'request-certificate': 'true' })).toEqual([
    'request-certificate: given without custom-domains',
  ]);
});

test('a deletion passes them over', () => {
  expect(parseRawInputs({ operation: 'delete', 'custom-domains': 'not a name' })).toMatchObject({ ok: true });
});

describe('request-certificate', () => {
  const inputsOf = (raw: RawInputs) => {
    const parsed = parseRawInputs(raw);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return parsed.inputs;
  };
  const problemsOf = (raw: RawInputs) => {
    const parsed = parseRawInputs(raw);
    return parsed.ok ? [] : parsed.problems.map(({ input, seen }) => `${input}: ${seen}`);
  };
  const domains = { 'custom-domains': 'app.example.com' };
  const asked = { ...domains, 'request-certificate': 'true' };

  test('waits 15 minutes unless told, in the zone that holds each name', () => {
    expect(inputsOf(asked).certificateRequest).toEqual({
      timeoutSeconds: 900,
      zoneId: undefined,
      roleArn: undefined,
    });
    const role = 'arn:aws:iam::210987654321:role/dns';
    const more = {
      'certificate-timeout-minutes': '30',
      'hosted-zone-id': '/hostedzone/Z123',
      'dns-role-arn': role,
    };
    expect(inputsOf({ ...asked, ...more }).certificateRequest).toEqual({
      timeoutSeconds: 1800,
      zoneId: 'Z123',
      roleArn: role,
    });
    expect(inputsOf(domains).certificateRequest).toBeUndefined();
  });

  test.each([
    ['no names', { 'request-certificate': 'true' }, 'given without custom-domains'],
    [
      'a certificate beside it',
      { ...asked, 'certificate-arn': certificate },
      'given together with certificate-arn',
    ],
    ['another word', { ...domains, 'request-certificate': 'please' }, 'request-certificate: "please"'],
    [
      'a time without it',
      { ...domains, 'certificate-timeout-minutes': '5' },
      'given without request-certificate',
    ],
    ['a zone without it', { ...domains, 'hosted-zone-id': 'Z1' }, 'given without request-certificate'],
    ['no time', { ...asked, 'certificate-timeout-minutes': '0' }, 'certificate-timeout-minutes: "0"'],
    [
      'a name that no request can begin with',
      { ...asked, 'custom-domains': `${'a'.repeat(60)}.example.com` },
      'more than 64 characters',
    ],
  ])('%s is refused', (_what, raw, message) => {
    expect(problemsOf(raw).join('\n')).toContain(message);
  });
});
