import {
  parsePercent,
  parseSteps,
  parseWeights,
  type Weights,
  weightsForPercent,
} from '../../dns/weights.ts';
import { parseInteger } from '../../parse.ts';
import type { InputReader, ShiftInputName } from './names.ts';

/** The inputs that say how much green gets, by the ways to say it. */
const ways = [['green-percent'], ['steps'], ['blue-weight', 'green-weight']] as const;

/** Where the weights are to go, one entry a step. `undefined`: no input says. */
export function parseTarget(reader: InputReader): readonly Weights[] | undefined {
  const wasGiven = (name: ShiftInputName) => reader.text(name) !== undefined;
  const given = ways.map((names) => names.filter(wasGiven)).filter((names) => names.length > 0);
  const [first, ...others] = given.flat();
  const isOneWay = given.length < 2;
  if (first !== undefined && !isOneWay) {
    reader.report({
      input: first,
      seen: `given together with ${others.join(', ')}`,
      wanted: 'one way to say how much green gets: green-percent, steps, or blue-weight and green-weight',
    });
  }
  const percent = reader.take('green-percent', parsePercent);
  const steps = reader.take('steps', parseSteps);
  const weights = parseRawWeights(reader, isOneWay);
  if (percent !== undefined) return [weightsForPercent(percent)];
  return steps?.map(weightsForPercent) ?? weights;
}

/** `isAlone`: they are what says how much, so that one of them asks for the other. */
function parseRawWeights(reader: InputReader, isAlone: boolean): readonly Weights[] | undefined {
  const byte = (raw: string) => parseInteger(raw, { minimum: 0, maximum: 255 });
  const [, , names] = ways;
  const missing = names.filter((name) => reader.text(name) === undefined);
  if (isAlone && missing.length === 1) {
    for (const input of missing)
      reader.report({ input, seen: 'not given', wanted: 'both weights: a share needs two of them' });
  }
  const [blue, green] = [reader.take('blue-weight', byte), reader.take('green-weight', byte)];
  if (blue === undefined || green === undefined) return undefined;
  const parsed = parseWeights(blue, green);
  if (parsed.ok) return [parsed.value];
  reader.report({ input: 'green-weight', ...parsed.problem });
  return undefined;
}
