import { ActionError, type ErrorCode } from '../../../../src/errors.ts';
import { type Facts, startFacts } from '../../../../src/shift-traffic/model/job.ts';
import { sumUp } from '../../../../src/shift-traffic/report/outcome.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';
import { nameFacts, shiftResult } from '../../../helpers/shift-result.ts';

const { run, steps } = shiftResult();
const running = new AbortController().signal;

type Case = { readonly mode?: string; readonly facts?: Partial<Facts>; readonly thrown?: unknown };

function resultOf({ mode = 'shift', facts = {}, thrown }: Case, cancelled: AbortSignal = running) {
  const inputs = shiftInputs({ mode, 'green-percent': '10' });
  const times = { startedAt: 0, endedAt: 1 };
  return sumUp({ inputs, facts: { ...startFacts(), ...facts }, thrown, cancelled, run, ...times });
}

const failed = (code: ErrorCode) => new ActionError(code, 'because');

test.each<[string, Case, string]>([
  ['nothing to do', {}, 'noop'],
  ['a plan', { mode: 'plan', facts: { steps } }, 'planned'],
  ['steps that nobody watched', { facts: { steps, changed: true } }, 'applied'],
  ['steps that were watched', { facts: { steps, changed: true, baked: true } }, 'baked'],
  ['a refusal', { thrown: failed('plan-refused') }, 'refused'],
  [
    'a refusal after something was changed',
    { facts: { changed: true }, thrown: failed('plan-refused') },
    'failed',
  ],
  ['a rollback', { facts: { changed: true }, thrown: failed('rolled-back') }, 'rolled-back'],
  ['too little to judge by', { facts: { changed: true }, thrown: failed('inconclusive') }, 'inconclusive'],
  ['an outage', { thrown: failed('aws-unavailable') }, 'failed'],
])('%s', (_case, seen, outcome) => {
  expect(resultOf(seen).outcome).toBe(outcome);
});

test('a bug of ours fails the job with all that became true, and is no error to advise on', () => {
  const result = resultOf({ facts: { changed: true, names: [nameFacts()] }, thrown: new TypeError('oops') });
  expect(result).toMatchObject({
    outcome: 'failed',
    changed: true,
    names: [{ greenPercent: 25 }],
    failure: undefined,
  });
});

test('what an aborted request throws counts as the cancellation that aborted it', () => {
  const cancelled = failed('cancelled');
  const result = resultOf({ thrown: new Error('aborted') }, AbortSignal.abort(cancelled));
  expect(result).toMatchObject({ outcome: 'cancelled', failure: cancelled });
  expect(resultOf({}, AbortSignal.abort(cancelled)).outcome).toBe('noop');
});
