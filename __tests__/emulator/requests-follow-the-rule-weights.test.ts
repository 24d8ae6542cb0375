import fc from 'fast-check';
import { matchesHost } from '../../emulator/elastic-load-balancing/host-pattern.ts';
import { takeTurn } from '../../emulator/elastic-load-balancing/routing.ts';
import {
  type EmulatedBalancer,
  type ExpressService,
  PLACEMENT,
  startBalancer,
} from '../helpers/emulated-balancer.ts';

const HOST = 'we-0123.ecs.eu-west-1.on.aws';

let balancer: EmulatedBalancer;
let service: ExpressService;

beforeEach(async () => {
  balancer = await startBalancer({ speed: 1 });
  service = balancer.addService(HOST);
});

afterEach(() => balancer.close());

const at = (port: number) => ({ host: '127.0.0.1', port });
const addTarget = (group: string, port: number): void =>
  balancer.balancing.registerTarget(group, { id: `10.0.0.${port}`, address: at(port) });
const portOf = (host: string): number => {
  const found = balancer.balancing.route(host);
  return 'address' in found ? found.address.port : -found.status;
};

test('a host without a rule is 404, one without targets is 503', () => {
  expect(portOf('nobody.example.com')).toBe(-404);
  expect(portOf(service.dnsName)).toBe(-404);
  expect(portOf(HOST)).toBe(-503);
});

test('targets of a group take turns, whatever the case and port of the Host header', () => {
  addTarget(service.first, 1);
  addTarget(service.first, 2);
  expect([HOST, HOST.toUpperCase(), `${HOST}:443`, `${HOST}.`].map(portOf)).toEqual([1, 2, 1, 2]);
});

test('a canary of five percent gets five requests in a hundred', () => {
  addTarget(service.first, 1);
  addTarget(service.second, 2);
  balancer.balancing.setRuleWeights(service.ruleArn, [
    { targetGroupArn: service.first, weight: 950 },
    { targetGroupArn: service.second, weight: 50 },
  ]);
  const ports = Array.from({ length: 100 }, () => portOf(HOST));
  expect(ports.filter((port) => port === 2)).toHaveLength(5);
});

test('an empty group answers 503 for its share; the other group does not step in', () => {
  addTarget(service.first, 1);
  balancer.balancing.setRuleWeights(service.ruleArn, [
    { targetGroupArn: service.first, weight: 1 },
    { targetGroupArn: service.second, weight: 1 },
  ]);
  expect([HOST, HOST, HOST, HOST].map(portOf).sort()).toEqual([-503, -503, 1, 1]);
});

test('only weights of 0 leave nothing to choose', () => {
  addTarget(service.first, 1);
  balancer.balancing.setRuleWeights(service.ruleArn, [{ targetGroupArn: service.first, weight: 0 }]);
  expect(portOf(HOST)).toBe(-503);
});

test('certificates are offered for the balancer and for the hosts of its rules', () => {
  expect(balancer.balancing.serves(service.dnsName.toUpperCase())).toBe(true);
  expect(balancer.balancing.serves(`${HOST}:443`)).toBe(true);
  expect(balancer.balancing.serves('nobody.example.com')).toBe(false);
  balancer.balancing.deleteRule(service.ruleArn);
  expect(balancer.balancing.serves(HOST)).toBe(false);
});

test('the 26th service of a VPC and scheme gets a second load balancer', () => {
  const others = Array.from({ length: 25 }, (_, index) =>
    balancer.addService(`s${index}.ecs.eu-west-1.on.aws`),
  );
  const arns = others.map(({ loadBalancerArn }) => loadBalancerArn);
  expect(new Set(arns.slice(0, 24))).toEqual(new Set([service.loadBalancerArn]));
  expect(arns[24]).not.toBe(service.loadBalancerArn);
  const inside = balancer.balancing.ensureLoadBalancer({ ...PLACEMENT, scheme: 'internal' });
  expect(inside.dnsName).toMatch(
    /^internal-ecs-express-gateway-alb-[0-9a-f]{8}-\d+\.eu-west-1\.elb\.amazonaws\.com$/,
  );
});

test('over a whole round every group gets exactly its weight, and no group waits longer than its share', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(weights, (list) => {
      const forward = list.map((weight, index) => ({ targetGroupArn: `tg-${index}`, weight }));
      const total = list.reduce((sum, weight) => sum + weight, 0);
      const rule = { forward, credits: new Map<string, number>() };
      const turns = Array.from({ length: total }, () => takeTurn(rule));
      const counts = forward.map(
        ({ targetGroupArn }) => turns.filter((turn) => turn === targetGroupArn).length,
      );
      expect(counts).toEqual(list);
    }),
  );
});

test.each([
  ['app.example.com', 'APP.example.com', true],
  ['*.example.com', 'a.b.example.com', true],
  ['*.example.com', 'example.com', false],
  ['app?.example.com', 'app1.example.com', true],
  ['app.example.com', 'appxexample.com', false],
])('the pattern %s against the host %s: %s', (pattern, host, matches) => {
  expect(matchesHost(pattern, host)).toBe(matches);
});
