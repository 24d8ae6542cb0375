import { type ShiftWorld, startShiftWorld } from '../../__tests__/helpers/shift-world.ts';
import { addRow } from './rows.ts';

const records = 10_000;
const batch = 500;

/** What a shift costs in calls: in a small zone and a large one, of one name and of ten. */
export async function benchShift(): Promise<void> {
  await benchOneName();
  await benchNames();
}

async function benchOneName(): Promise<void> {
  const world = await startShiftWorld();
  try {
    await world.run({ mode: 'adopt' });
    const small = await callsOf(world, { mode: 'shift', 'green-percent': '10', 'bake-minutes': '0' });
    await fillZone(world);
    const large = await callsOf(world, { mode: 'shift', 'green-percent': '20', 'bake-minutes': '0' });
    const route53 = small.filter((call) => call.startsWith('route53:'));
    const mutating = route53.filter((call) => call === 'route53:ChangeResourceRecordSets');
    addRow({ what: 'one step of a shift: Route 53 calls', mine: route53.length, unit: 'calls', goal: '≤ 7' });
    addRow({ what: 'one step of a shift: mutating calls', mine: mutating.length, unit: 'calls', goal: '1' });
    addRow({
      what: `a step in a zone of ${records} records, beside one of a few`,
      mine: large.length - small.length,
      unit: 'calls more',
      goal: '0',
    });
    const back = await callsOf(world, { mode: 'rollback' });
    addRow({
      what: 'rollback: calls before the change is asked for',
      mine: back.indexOf('route53:ChangeResourceRecordSets'),
      unit: 'calls',
      goal: '≤ 3 round trips',
    });
  } finally {
    await world.stop();
  }
}

async function benchNames(): Promise<void> {
  const ten = Array.from({ length: 10 }, (_, index) => `shop-${index}.example.com`);
  const [one = ''] = ten;
  const world = await startShiftWorld({ domains: ten, known: ['*.example.com'] });
  try {
    await world.run({ mode: 'adopt' });
    // A watch lasts as long for ten as for one, but its looks at CloudWatch depend on the clock.
    const step = { mode: 'shift', 'bake-minutes': '0' };
    const ofOne = await callsOf(world, { ...step, domain: one, 'green-percent': '10' });
    await world.run({ mode: 'rollback', domain: one });
    const ofTen = await callsOf(world, { ...step, 'green-percent': '10' });
    addRow({
      what: 'a step of ten names of one zone, beside one of one: calls but for probes',
      mine: ofTen.length - ofOne.length,
      unit: 'calls more',
      goal: '0',
    });
  } finally {
    await world.stop();
  }
}

async function callsOf(
  world: ShiftWorld,
  inputs: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  await world.calls();
  const run = await world.run(inputs);
  if (run.exitCode !== 0) throw new Error(run.log);
  const calls = (await world.calls()).filter((call) => !call.startsWith('edge:'));
  // The polls for INSYNC depend on how fast the clock runs; what is compared is the rest.
  const first = calls.indexOf('route53:GetChange');
  return calls.filter((call, index) => call !== 'route53:GetChange' || index === first);
}

async function fillZone(world: ShiftWorld): Promise<void> {
  for (let from = 0; from < records; from += batch) {
    await world.change(
      Array.from({ length: batch }, (_, index) => ({
        Action: 'CREATE' as const,
        ResourceRecordSet: {
          Name: `host-${from + index}.example.com`,
          Type: 'A' as const,
          TTL: 300,
          ResourceRecords: [{ Value: '192.0.2.1' }],
        },
      })),
    );
    await world.emulator.advance(60);
  }
}
