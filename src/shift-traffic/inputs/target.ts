import {
  parsePercent,
  parseSteps,
  parseWeights,
  type Weights,
  weightsForPercent,
} from '../../dns/weights.ts';
import { parseInteger } from '../../parse.ts';
import type { InputReader } from './input-reader.ts';

/** Where the weights are to go, one entry a step. `undefined`: no input says. */
export function parseTarget(reader: InputReader): readonly Weights[] | undefined {
  const given = [
    ...(reader.text('green-percent') === undefined ? [] : (['green-percent'] as const)),
    ...(reader.text('steps') === undefined ? [] : (['steps'] as const)),
    ...(hasWeights(reader) ? (['green-weight'] as const) : []),
  ];
  const [first, second] = given;
  if (first !== undefined && second !== undefined) {
    reader.report({ input: second, seen: `given beside ${first}`, wanted: 'one way to say how much' });
  }
  const percent = reader.take('green-percent', parsePercent);
  const steps = reader.take('steps', parseSteps);
  const weights = hasWeights(reader) ? parseRawWeights(reader) : undefined;
  if (percent !== undefined) return [weightsForPercent(percent)];
  return steps?.map(weightsForPercent) ?? weights;
}

function hasWeights(reader: InputReader): boolean {
  return reader.text('blue-weight') !== undefined || reader.text('green-weight') !== undefined;
}

function parseRawWeights(reader: InputReader): readonly Weights[] | undefined {
  const byte = (raw: string) => parseInteger(raw, { minimum: 0, maximum: 255 });
  for (const name of ['blue-weight', 'green-weight'] as const) {
    if (reader.text(name) === undefined) {
      reader.report({ input: name, seen: 'not given', wanted: 'both weights: a share needs two of them' });
    }
  }
  const [blue, green] = [reader.take('blue-weight', byte), reader.take('green-weight', byte)];
  if (blue === undefined || green === undefined) return undefined;
  const parsed = parseWeights(blue, green);
  if (parsed.ok) return [parsed.value];
  reader.report({ input: 'green-weight', ...parsed.problem });
  return undefined;
}
