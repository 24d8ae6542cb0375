import { parseInputs } from '../../src/shift-traffic/inputs/parse-inputs.ts';
import type { ShiftInputs } from '../../src/shift-traffic/model/inputs.ts';
import { runnerInIreland } from './raw-inputs.ts';

/** What every move states; a case names only what it is about. An empty string takes one of these away. */
const usual: Readonly<Record<string, string>> = {
  domain: 'app.example.com',
  'apprunner-service': 'shop',
  'express-service': 'web',
  gate: 'off',
};

export function parseRawShift(raw: Readonly<Record<string, string>>) {
  const given: Readonly<Record<string, string>> = { ...usual, ...raw };
  return parseInputs((name) => given[name] ?? '', runnerInIreland);
}

export function shiftInputs(raw: Readonly<Record<string, string>> = {}): ShiftInputs {
  const parsed = parseRawShift(raw);
  if (!parsed.ok) throw new Error(`bad case: ${JSON.stringify(parsed.problems)}`);
  return parsed.inputs;
}
