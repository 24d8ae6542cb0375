import type { ListenerRules } from '../../../../src/dns/host-rule.ts';
import type { HttpListener } from '../../../../src/dns/http-redirect.ts';
import type {
  GreenHttp,
  HttpAnswer,
  Observed,
  OneName,
} from '../../../../src/shift-traffic/model/observed.ts';
import { planShiftTraffic } from '../../../../src/shift-traffic/plan/plan.ts';
import { now, observedShift, ready, rulesFor } from '../../../helpers/observed-shift.ts';
import { domain, weightedPair } from '../../../helpers/records.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

const refused: HttpAnswer = { kind: 'failed', because: 'connection refused' };
const answered: HttpAnswer = { kind: 'answered', status: 404, leadsToHttps: false };
const redirected: HttpAnswer = { kind: 'answered', status: 301, leadsToHttps: true };
const other: HttpListener = { kind: 'other', arn: 'arn:listener/80', does: 'forwards' };
const whatStops =
  'http:// addresses of the domain, which App Runner redirects, stop working for those who are sent to green';

function plan(greenHttp: GreenHttp | undefined, raw: object = {}, more: Partial<OneName> = {}, blue = 90) {
  const inputs = shiftInputs({ mode: 'shift', 'green-percent': '50', 'max-error-percent': '1', ...raw });
  const records = weightedPair(blue, 100 - blue);
  const made = planShiftTraffic(inputs, observedShift(inputs, records, { greenHttp, ...more }), now);
  if (made.kind !== 'proceed') throw new Error(made.refusals.map(({ because }) => because).join());
  return made;
}

const asked = { 'attach-domain': 'true', 'redirect-http': 'true' };
const kinds = ({ steps }: ReturnType<typeof plan>) => steps.map(({ kind }) => kind);

describe('what becomes of http:// is said, and shown to who approves', () => {
  test.each<[string, GreenHttp | undefined, object, readonly string[]]>([
    [
      'no listener',
      { listener: { kind: 'none' }, answer: refused },
      {},
      [
        `Green's load balancer does not listen on port 80: ${whatStops}. redirect-http: true makes a listener that redirects, here together with attach-domain, or on the step that deploys green.`,
      ],
    ],
    ['a redirect that answers', { listener: { kind: 'redirects' }, answer: redirected }, {}, []],
    ['another listener, that redirects all the same', { listener: other, answer: redirected }, {}, []],
    [
      'another listener',
      { listener: other, answer: answered },
      {},
      [`Port 80 of green's load balancer does not lead to https, as App Runner does: it answered 404.`],
    ],
    [
      'another listener, in the way of the one that is asked for',
      { listener: other, answer: answered },
      asked,
      [expect.stringContaining('It stays as it is: arn:listener/80')],
    ],
    [
      'a redirect that this runner does not reach',
      { listener: { kind: 'redirects' }, answer: refused },
      {},
      [
        `Green's load balancer redirects from port 80, but this runner got another answer: connection refused. Check that its security group is open on port 80. Otherwise ${whatStops}.`,
      ],
    ],
    [
      'what the role may not see',
      { listener: undefined, answer: refused },
      {},
      [`Green was not seen to redirect http:// to https (connection refused). Unless it does, ${whatStops}.`],
    ],
    ['nothing, where nobody looked', undefined, {}, []],
  ])('%s', (_case, greenHttp, raw, said) => {
    const made = plan(greenHttp, raw);
    expect(kinds(made)).not.toContain('redirect-http');
    expect(made.about.breaks).toEqual(said);
    expect(made.notices).toEqual(said);
  });
});

describe('the listener is made', () => {
  const none: GreenHttp = { listener: { kind: 'none' }, answer: refused };
  const step = {
    kind: 'redirect-http',
    sentence: "make a listener on port 80 of green's load balancer that redirects http:// to https",
    loadBalancerArn: expect.stringContaining(':loadbalancer/'),
  };

  test('before green gets more, and then nothing breaks', () => {
    const made = plan(none, asked);
    expect(kinds(made)).toEqual(['redirect-http', 'change-records', 'bake']);
    expect(made.steps[0]).toEqual(step);
    expect(made).toMatchObject({ about: { breaks: [] }, notices: [] });
  });

  test.each<[string, GreenHttp | undefined, number]>([
    ['green gets less', none, 0],
    ['one is there', { listener: { kind: 'redirects' }, answer: redirected }, 90],
    ['one of somebody else is there', { listener: other, answer: answered }, 90],
    ['the role may not see whether one is there', { listener: undefined, answer: refused }, 90],
    ['nobody looked', undefined, 90],
  ])('not where %s', (_case, greenHttp, blue) => {
    expect(kinds(plan(greenHttp, asked, {}, blue))).not.toContain('redirect-http');
  });

  const neighbour = {
    arn: 'rule/theirs',
    priority: 2,
    hosts: ['shop.example.org'],
    otherValueCount: 0,
    targetGroupArns: ['arn:tg'],
  };
  const withNeighbour: ListenerRules = { ...rulesFor(domain), others: [neighbour] };

  test('and who else is behind the load balancer is told', () => {
    const { notices } = plan(none, asked, { readiness: { ...ready, rules: withNeighbour } });
    expect(notices).toEqual([expect.stringContaining('http:// of shop.example.org was refused so far')]);
  });

  test('and the listener alone is no word about an internal load balancer', () => {
    const green: Observed['green'] = observedShift(shiftInputs(), []).green;
    expect(plan(none, asked, { green }).notices.join()).not.toContain('internal');
  });
});
