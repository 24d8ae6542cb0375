import type { OwnRule } from '../../../../src/aws/listener.ts';
import type { ObservedDomains } from '../../../../src/deploy-express/model/observed.ts';
import type { DeployPlan, PlannedImage } from '../../../../src/deploy-express/model/plan.ts';
import { planDeploy } from '../../../../src/deploy-express/plan/plan.ts';
import type { Certificate } from '../../../../src/dns/certificate-choice.ts';
import type { ListenerRule } from '../../../../src/dns/host-rule.ts';
import { deployInputs, roles } from '../../../helpers/deploy-inputs.ts';
import { expressService, observedDeployment } from '../../../helpers/observed-service.ts';

const endpoint = 'we-0123.ecs.eu-west-1.on.aws';
const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/app';
const certificate: Certificate = {
  arn: certificateArn,
  status: 'ISSUED',
  names: ['app.example.com', 'www.example.com'],
  expiresAt: undefined,
};
const digest = `sha256:${'1'.repeat(64)}`;
const running = { running: { imageDigest: digest } };
const sameImage: PlannedImage = { kind: 'known', reference: 'registry.example/web:1', digest };
const newImage: PlannedImage = { kind: 'known', reference: 'registry.example/web:2', digest: undefined };
const quiet = { 'custom-domains': 'app.example.com', 'smoke-test': 'false' };

function seen(
  change: {
    readonly hosts?: readonly string[];
    readonly others?: readonly ListenerRule[];
    readonly attached?: readonly string[];
  } & Partial<ObservedDomains> = {},
): ObservedDomains {
  const { hosts = [], others = [], attached = ['arn:default'], ...rest } = change;
  const own: OwnRule = {
    arn: 'arn:rule',
    priority: 1,
    hosts: [endpoint, ...hosts],
    otherValueCount: 0,
    targetGroupArns: [],
    conditions: [],
  };
  return {
    listener: { arn: 'arn:listener', rules: { own, others }, certificateArns: attached },
    certificates: [certificate],
    pending: [],
    zoneRefusals: [],
    ...rest,
  };
}

const complete = seen({ hosts: ['app.example.com'], attached: ['arn:default', certificateArn] });

function plan(domains: ObservedDomains | undefined, image = sameImage, raw: Record<string, string> = quiet) {
  return planDeploy(deployInputs(raw), expressService(running), image, domains);
}

function refusal(made: DeployPlan): string {
  if (made.kind !== 'refuse') throw new Error('was not refused');
  return `${made.because}. ${made.wayOut}`;
}

const attach = { kind: 'attach-domains', certificateArns: [certificateArn] };

describe('without another change', () => {
  test('what is missing is an update of its own', () => {
    expect(plan(seen())).toMatchObject({
      intent: 'update',
      steps: [
        {
          ...attach,
          sentence: `add app.example.com to the listener rule of the service, and add certificate ${certificateArn} to its listener`,
        },
      ],
      changes: [
        { setting: 'custom-domains', before: undefined, after: 'app.example.com' },
        { setting: 'certificate-arn', before: undefined, after: certificateArn },
      ],
      notices: [],
    });
  });

  test('what is there makes no step', () => {
    expect(plan(complete)).toMatchObject({ intent: 'unchanged', steps: [], changes: [], notices: [] });
  });

  test('only the host', () => {
    expect(plan(seen({ attached: [certificateArn] }))).toMatchObject({
      steps: [{ ...attach, sentence: 'add app.example.com to the listener rule of the service' }],
      changes: [{ setting: 'custom-domains' }],
    });
  });

  test('only the certificate', () => {
    expect(plan(seen({ hosts: ['app.example.com'] }))).toMatchObject({
      intent: 'update',
      changes: [{ setting: 'certificate-arn' }],
    });
  });

  test('domains that are not asked for are not looked at', () => {
    expect(plan(undefined)).toEqual(plan(undefined, sameImage, { 'smoke-test': 'false' }));
  });

  test('but a deployment under way, a listener is waited for', () => {
    const service = expressService({ ...running, deployment: observedDeployment('IN_PROGRESS') });
    const made = planDeploy(deployInputs(quiet), service, sameImage, seen({ listener: undefined }));
    expect(made).toMatchObject({ steps: [{ kind: 'wait-for-deployment' }, attach], notices: [] });
  });

  test('of what is refused anyway, nothing is said of domains', () => {
    const frozen = expressService({ ...running, status: 'FROZEN' });
    const made = planDeploy(deployInputs(quiet), frozen, sameImage, seen({ certificates: [] }));
    expect(refusal(made)).toMatch(/^service web is in status FROZEN/);
    expect(refusal(made)).not.toContain('certificate');
  });

  test('without a listener there is nothing to add to', () => {
    expect(refusal(plan(seen({ listener: undefined })))).toContain('AWS shows no listener');
  });
});

describe('with a deployment', () => {
  test('the domains are looked at after it and before the smoke test, though they are there now', () => {
    const made = plan(complete, newImage, { 'custom-domains': 'app.example.com' });
    expect(made).toMatchObject({
      intent: 'update',
      steps: [
        { kind: 'update-service' },
        { kind: 'wait-for-deployment' },
        { ...attach, sentence: 'check that app.example.com is still in the listener rule of the service' },
        { kind: 'smoke-test' },
      ],
      changes: [{ setting: 'image' }],
    });
  });

  test('that is under way already, they are looked at after it, too', () => {
    const service = expressService({
      ...running,
      deployment: observedDeployment('IN_PROGRESS'),
    });
    expect(planDeploy(deployInputs(quiet), service, sameImage, complete)).toMatchObject({
      intent: 'unchanged',
      steps: [{ kind: 'wait-for-deployment' }, attach],
    });
  });

  test('that is the first one, everything is added', () => {
    const made = planDeploy(
      deployInputs({ ...roles, ...quiet }),
      { kind: 'absent', clusterExists: true, expressServiceCount: 0 },
      sameImage,
      seen({ listener: undefined }),
    );
    expect(made).toMatchObject({
      intent: 'create',
      steps: [
        { kind: 'create-service' },
        { kind: 'wait-for-deployment' },
        { ...attach, sentence: expect.stringContaining('add app.example.com') },
      ],
    });
  });
});

describe('request-certificate', () => {
  const asked = {
    ...quiet,
    'custom-domains': 'app.example.com,www.example.com',
    'request-certificate': 'true',
    'certificate-timeout-minutes': '2.5',
  };
  const request = {
    kind: 'obtain-certificate',
    sentence:
      'request a certificate for app.example.com, www.example.com, make its records in Route 53, and wait up to 2.5 min until it is issued',
    names: ['app.example.com', 'www.example.com'],
  };
  const none = { certificates: [] };

  test.each<[string, ObservedDomains, PlannedImage, object[]]>([
    [
      'beside a deployment, before all other steps',
      seen(none),
      newImage,
      [
        request,
        { kind: 'update-service' },
        { kind: 'wait-for-deployment' },
        {
          kind: 'attach-domains',
          sentence:
            'add app.example.com, www.example.com to the listener rule of the service, and add that certificate to its listener',
          certificateArns: [],
        },
      ],
    ],
    [
      'where the hosts are there, for the certificate alone',
      seen({ ...none, hosts: ['app.example.com', 'www.example.com'] }),
      sameImage,
      [request, { kind: 'attach-domains', sentence: 'add that certificate to its listener' }],
    ],
    [
      'not where a certificate is issued',
      seen(),
      sameImage,
      [
        {
          kind: 'attach-domains',
          sentence: `add app.example.com, www.example.com to the listener rule of the service, and add certificate ${certificateArn} to its listener`,
        },
      ],
    ],
  ])('is done %s', (_case, domains, image, steps) => {
    const made = plan(domains, image, asked);
    expect(made).toMatchObject({ intent: 'update', steps });
  });

  test('names what stays, as every plan of domains does', () => {
    expect(plan(seen({ ...none, hosts: ['old.example.com'] }), sameImage, asked)).toMatchObject({
      changes: [{ setting: 'custom-domains', before: 'old.example.com' }],
      notices: [expect.stringMatching(/old\.example\.com.*stays/)],
    });
  });

  test('requests none for a host of another service, and says that alone', () => {
    const theirs: ListenerRule = {
      arn: 'arn:theirs',
      priority: 2,
      hosts: ['ne-4567.ecs.eu-west-1.on.aws', 'app.example.com'],
      otherValueCount: 0,
      targetGroupArns: ['arn:tg'],
    };
    for (const certificates of [[], [certificate]]) {
      const said = refusal(plan(seen({ others: [theirs], certificates }), sameImage, asked));
      expect(said).toMatch(/belongs to another service/);
      expect(said).not.toContain('issued certificate');
    }
  });
});

test('several certificates and hosts are named as such', () => {
  const org = { ...certificate, arn: 'arn:org', names: ['*.example.org'] };
  const raw = { ...quiet, 'custom-domains': 'app.example.com,app.example.org' };
  expect(plan(seen({ certificates: [certificate, org] }), sameImage, raw)).toMatchObject({
    steps: [
      {
        sentence: `add app.example.com, app.example.org to the listener rule of the service, and add certificates ${certificateArn}, arn:org to its listener`,
      },
    ],
  });
  const there = seen({
    certificates: [certificate, org],
    hosts: ['app.example.com', 'app.example.org'],
    attached: [certificateArn, 'arn:org'],
  });
  expect(plan(there, newImage, raw)).toMatchObject({
    steps: [
      {},
      {},
      {
        sentence: 'check that app.example.com, app.example.org are still in the listener rule of the service',
      },
    ],
  });
});

test('a host that the input does not name stays, and is named in a notice', () => {
  const made = plan(seen({ hosts: ['old.example.com'] }));
  expect(made).toMatchObject({
    changes: [
      {
        setting: 'custom-domains',
        before: 'old.example.com',
        after: 'old.example.com, app.example.com',
      },
      {},
    ],
    notices: [expect.stringMatching(/old\.example\.com.*stays/)],
  });
});

test('two certificates, where one does not do', () => {
  const org = { ...certificate, arn: 'arn:org', names: ['*.example.org'] };
  const raw = { ...quiet, 'custom-domains': 'app.example.com,app.example.org' };
  expect(plan(seen({ certificates: [certificate, org] }), sameImage, raw)).toMatchObject({
    steps: [{ certificateArns: [certificateArn, 'arn:org'] }],
  });
});

describe('refused', () => {
  const pending = {
    ...certificate,
    status: 'PENDING_VALIDATION',
    failureReason: undefined,
    hasAllRecords: true,
    validationRecords: [{ name: '_1.app.example.com.', value: '_2.acm-validations.aws.' }],
  };
  const given = { ...quiet, 'certificate-arn': certificateArn };
  const another = { ...certificate, names: ['app.example.org'] };

  test.each<[string, Partial<ObservedDomains>, Record<string, string>, RegExp]>([
    [
      'no certificate',
      { certificates: [] },
      { ...quiet, 'custom-domains': '*.example.com,app.example.org' },
      /no issued certificate for \*\.example\.com, app\.example\.org.*aws acm request-certificate --validation-method DNS --domain-name '\*\.example\.com' --subject-alternative-names app\.example\.org/,
    ],
    [
      'one that waits',
      { certificates: [pending], pending: [pending] },
      quiet,
      /waits for its validation\. Make the DNS record _1\.app\.example\.com CNAME _2\.acm-validations\.aws\. Run/,
    ],
    [
      'one that waits for two records',
      {
        certificates: [pending],
        pending: [
          {
            ...pending,
            validationRecords: [
              ...pending.validationRecords,
              { name: '_3.www.example.com.', value: '_4.acm-validations.aws.' },
            ],
          },
        ],
      },
      quiet,
      /Make the DNS records _1\.app\.example\.com CNAME _2\.acm-validations\.aws, _3\.www\.example\.com CNAME _4\.acm-validations\.aws\. Run/,
    ],
    [
      'no certificate for the only host',
      { certificates: [] },
      quiet,
      /Request one \(aws acm request-certificate --validation-method DNS --domain-name app\.example\.com\), create/,
    ],
    [
      'one that ACM has no record for yet',
      {
        certificates: [pending],
        pending: [{ ...pending, failureReason: undefined, hasAllRecords: false, validationRecords: [] }],
      },
      quiet,
      /describe-certificate/,
    ],
    [
      'the given one is not there',
      { certificates: [] },
      given,
      /there is no certificate arn:.*in this account/,
    ],
    [
      'the given one expired',
      { certificates: [{ ...certificate, status: 'EXPIRED' }] },
      given,
      /in status EXPIRED/,
    ],
    [
      'the given one is for another name',
      { certificates: [another] },
      given,
      /is for app\.example\.org, not for app\.example\.com/,
    ],
  ])('%s', (_case, domains, raw, expected) => {
    expect(refusal(plan(seen(domains), newImage, raw))).toMatch(expected);
  });

  test('host and certificate in one go', () => {
    const theirs: ListenerRule = {
      arn: 'arn:theirs',
      priority: 2,
      hosts: ['ne-4567.ecs.eu-west-1.on.aws', 'app.example.com'],
      otherValueCount: 0,
      targetGroupArns: ['arn:tg'],
    };
    const said = refusal(plan(seen({ others: [theirs], certificates: [] })));
    expect(said).toMatch(/belongs to another service.*ne-4567.*no issued certificate/);
  });
});
