import { type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

const ten = Array.from({ length: 10 }, (_, index) => `shop-${index}.example.com`);

let world: ShiftWorld;
beforeAll(async () => {
  world = await startShiftWorld({ domains: ten, known: ['*.example.com'] });
});
afterAll(() => world.stop());

/** How often AWS was asked what. How many looks it takes until a change is everywhere is up to the clock. */
async function callsOf(inputs: Readonly<Record<string, string>>): Promise<Record<string, number>> {
  await world.calls();
  expect(await world.run(inputs)).toMatchObject({ exitCode: 0 });
  const counts: Record<string, number> = {};
  for (const call of await world.calls()) {
    if (call.startsWith('edge:')) continue;
    counts[call] = call === 'route53:GetChange' ? 1 : (counts[call] ?? 0) + 1;
  }
  return counts;
}

test.each<[string, Readonly<Record<string, string>>]>([
  ['a plan', { mode: 'plan' }],
  ['an adoption', { mode: 'adopt' }],
  ['a step', { mode: 'shift', 'green-percent': '10' }],
  ['a plan of a step', { mode: 'plan', 'green-percent': '20' }],
  ['a status', { mode: 'status' }],
  ['a rollback', { mode: 'rollback' }],
  ['the rest', { mode: 'shift', steps: '50,100' }],
  ['the end', { mode: 'finalize', 'hold-hours': '0' }],
])('%s', async (_case, inputs) => {
  const [one = '', ...nine] = ten;
  const ofOne = await callsOf({ ...inputs, domain: one });
  expect(await callsOf({ ...inputs, domain: nine.join('\n') })).toEqual(ofOne);
});
