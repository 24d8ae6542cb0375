import { judge } from '../../parity/judge.ts';
import type { Recording, Step } from '../../parity/record.ts';

/**
 * What an emulator with one mistake would have answered: another error code or sentence, a value that is another, a member
 * that is missing, a list in another order. Each one that the scenario has room for must be told, by step and path.
 */
export function expectPlantsToBeFound(record: Recording): void {
  const told = (change: (step: Step) => Step) =>
    judge(record, { ...record, steps: record.steps.map(change) }, []).unlisted;
  const expectFound = (step: Step, change: Partial<Step>, path: string): void => {
    const found = told((one) => (one === step ? { ...one, ...change } : one));
    expect(found.filter((one) => one.step === step.name && one.path.startsWith(path))).not.toEqual([]);
  };
  expect(told((one) => one)).toEqual([]);
  let planted = 0;
  for (const step of record.steps) {
    if (step.error !== undefined) expectFound(step, { error: 'Another' }, 'error');
    if (step.sentence !== undefined) expectFound(step, { sentence: 'other words' }, 'sentence');
    const plants = step.output === undefined ? [] : plantsIn(step.output, 'output');
    for (const { path, output } of plants) expectFound(step, { output }, path);
    planted += plants.length + (step.error === undefined ? 0 : 1);
  }
  // One that has room for none would prove nothing.
  expect(planted).toBeGreaterThan(0);
}

type Plant = { readonly path: string; readonly output: unknown };
type Put = (part: unknown) => unknown;

function plantsIn(value: unknown, path: string, put: Put = (part) => part): Plant[] {
  if (Array.isArray(value)) {
    const turned = value.toReversed();
    return [
      ...(isSeen(value, turned) ? [{ path, output: put(turned) }] : []),
      ...value.flatMap((item, index) =>
        plantsIn(item, `${path}[${index}]`, (part) => put(value.with(index, part))),
      ),
    ];
  }
  if (typeof value !== 'object' || value === null) return [{ path, output: put('another') }];
  return Object.entries(value).flatMap(([name, member]) => {
    const { [name as never]: _, ...rest } = value;
    const inner = `${path}.${name}`;
    return [
      { path: inner, output: put(rest) },
      ...plantsIn(member, inner, (part) => put({ ...value, [name]: part })),
    ];
  });
}

/** A list whose members differ only by the names of what differs from run to run looks the same the other way round. */
function isSeen(list: readonly unknown[], turned: readonly unknown[]): boolean {
  const tell = (value: unknown): string => JSON.stringify(value).replaceAll(/<[\w-]+:\d+>/g, '<>');
  return tell(list) !== tell(turned);
}
