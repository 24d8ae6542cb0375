import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { type ShiftWorld, startShiftWorld } from '../../__tests__/helpers/shift-world.ts';
import { environment, gateOf, runId, setUpGitHub } from './reviewer.ts';
import { play, type Scene, say } from './stage.ts';
import { startTraffic, type Traffic } from './traffic.ts';

/**
 * The fourth act: a domain and its `www` move from App Runner to Express, in one batch a step, while a user keeps asking
 * for both. Not one of the user's requests may fail.
 */
const domains = ['example.com', 'www.example.com'];
const alarm = 'shop-green-errors';
const requestsPerCount = 60;

const common = {
  domain: domains.join(', '),
  'apprunner-service': 'shop',
  'express-service': 'web',
  gate: 'off',
  alarms: alarm,
  // Beside AWS: 5 minutes, a minute and 10 seconds. The emulator's time runs faster.
  'bake-minutes': '0.02',
  'drain-seconds': '0.5',
  'poll-interval-seconds': '0.2',
};

type ShiftScene = Pick<Scene, 'title' | 'expect' | 'says' | 'inputs' | 'onOutput'> & {
  /** Has to prove an approval of the plan that was shown before. */
  readonly isGated?: true;
  readonly before?: () => Promise<unknown>;
};

function scenes(approve: () => Promise<unknown>, raiseAlarm: () => void): readonly ShiftScene[] {
  const firstTenth = { 'green-percent': '10', 'attach-domain': 'true', 'redirect-http': 'true' };
  return [
    {
      title: 'The default mode only plans, and changes nothing',
      expect: 'green',
      inputs: { mode: 'plan' },
    },
    {
      title: 'Adopt: each record becomes a pair that answers the same',
      expect: 'green',
      inputs: { mode: 'adopt' },
    },
    {
      title: 'The plan for the first 10 %, as a reviewer sees it',
      expect: 'green',
      inputs: { mode: 'plan', ...firstTenth },
    },
    {
      title: 'Nobody approved this plan: the shift is refused',
      expect: 'red',
      says: `nobody approved environment ${environment}`,
      inputs: { mode: 'shift', ...firstTenth },
      isGated: true,
    },
    {
      title:
        'Alice approved it: the load balancer gets both names and their certificate, and green gets 10 %',
      expect: 'green',
      inputs: { mode: 'shift', ...firstTenth },
      isGated: true,
      before: approve,
    },
    { title: 'Green gets 25 %', expect: 'green', inputs: { mode: 'shift', 'green-percent': '25' } },
    {
      title: 'Green gets 50 %, and an alarm of green goes off: the job undoes the step',
      expect: 'red',
      says: 'rolled back to 25 %',
      inputs: { mode: 'shift', 'green-percent': '50', 'bake-minutes': '1' },
      onOutput: raiseAlarmWhenWatching(raiseAlarm),
    },
    {
      title: 'Green gets the rest in one job, which watches after each step',
      expect: 'green',
      inputs: { mode: 'shift', steps: '50,75,100' },
    },
    {
      title: 'Finalize: each pair becomes one record, which leads to Express',
      expect: 'green',
      inputs: { mode: 'finalize', 'hold-hours': '0' },
    },
  ];
}

function raiseAlarmWhenWatching(raiseAlarm: () => void): (text: string) => void {
  let raised = false;
  return (text) => {
    if (raised || !/^Waited/m.test(text)) return;
    raised = true;
    raiseAlarm();
  };
}

function alarmControls(world: ShiftWorld) {
  const cloudwatch = new CloudWatchClient(world.emulator.client);
  const set = (StateValue: 'OK' | 'ALARM') =>
    cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: alarm, StateValue, StateReason: 'set by the demo' }),
    );
  return {
    create: async () => {
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: alarm,
          Namespace: 'Shop',
          MetricName: 'Errors',
          Statistic: 'Sum',
          Period: 3600,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData: 'ignore',
        }),
      );
      await set('OK');
    },
    set,
  };
}

async function count(traffic: Traffic): Promise<void> {
  traffic.take();
  await traffic.wait(requestsPerCount);
  const { blue, green, failed } = traffic.take();
  const share = Math.round((100 * green) / (blue + green));
  say(
    `   the user sent ${blue + green + failed} requests: App Runner ${blue}, Express ${green} (${share} %), failed ${failed}`,
  );
}

export async function playShift(): Promise<void> {
  say();
  say(
    `An App Runner service owns ${domains.join(' and ')}, an Express service takes both over, and a user sends requests all the time.`,
  );
  say(
    'Two jobs here prove an approval. The others set gate: off, so that the demo asks for one approval only: do not copy that.',
  );
  const world = await startShiftWorld({ domains, greenKnowsDomain: false });
  const alarms = alarmControls(world);
  await alarms.create();
  const { approve } = await setUpGitHub(world);
  const traffic = startTraffic({
    emulator: world.emulator,
    domains,
    blueSays: 'example/shop:',
    greenSays: 'example/web:',
  });
  let shownPlan = '';
  try {
    for (const { isGated, before, ...scene } of scenes(approve, () => void alarms.set('ALARM'))) {
      await before?.();
      const gate = {
        ...gateOf(world),
        'plan-checksum': shownPlan,
      };
      const run = await play({
        ...scene,
        action: 'shift-traffic',
        inputs: { ...common, ...scene.inputs, ...(isGated && gate) },
        env: { ...world.emulator.env, GITHUB_RUN_ID: String(runId) },
        dns: world.emulator.dns,
        roleValues: { ServiceNamePrefix: 'web', HostedZoneId: world.zoneId, DomainNames: domains.join() },
      });
      if (scene.inputs['mode'] === 'plan') shownPlan = run.outputs['plan-checksum'] ?? '';
      await count(traffic);
      await alarms.set('OK');
    }
  } finally {
    await traffic.stop();
    await world.stop();
  }
  const { blue, green, failed } = traffic.total();
  say();
  say(`The user sent ${blue + green + failed} requests in all; ${failed} requests failed.`);
  if (failed > 0) throw new Error('no request of the user may fail');
}
