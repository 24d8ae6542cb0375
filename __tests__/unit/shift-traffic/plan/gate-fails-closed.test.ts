import fc from 'fast-check';
import { ActionError } from '../../../../src/errors.ts';
import { judgeGate } from '../../../../src/shift-traffic/plan/gate.ts';
import { type GateAnswers, gateAnswers, readGate } from '../../../helpers/gate-answers.ts';

const gate = {
  kind: 'required',
  environment: 'dns-shift',
  accept: ['reviewers'],
  strict: false,
  token: 't',
} as const;

/** Refused by the reader or by the verdict; anything but these is a bug. */
function decide(answers: Partial<GateAnswers>): 'passed' | 'refused' {
  try {
    return judgeGate(gate, readGate(answers)).kind;
  } catch (error) {
    if (error instanceof ActionError && error.code === 'gate-refused') return 'refused';
    throw error;
  }
}

const [approval] = gateAnswers.approvals;

/** Reviews that look like an approval of this environment and are none. */
const nearMiss = fc.oneof(
  fc.constantFrom('pending', 'rejected', 'skipped', 'Approved', 'approved ', '', 'true').map((state) => ({
    ...approval,
    state,
  })),
  fc
    .jsonValue()
    .filter((state) => state !== 'approved')
    .map((state) => ({ ...approval, state })),
  fc
    .constantFrom(null, [], {}, [{}], [{ id: '42' }], [{ id: 43 }], [{ name: 'dns-shift' }], [42], 42, '42')
    .map((environments) => ({ ...approval, environments })),
  fc.constantFrom(null, {}, 'alice', [], { login: 'alice' }, { id: '7', login: 'alice' }).map((user) => ({
    ...approval,
    user,
  })),
  fc.jsonValue(),
);

test('no list without a real approval passes, whatever its shape', () => {
  const list = fc.oneof(
    fc.array(nearMiss, { maxLength: 4 }),
    nearMiss,
    fc.constantFrom('approved', true, null, {}, { state: 'approved' }, { approvals: [approval] }),
  );
  fc.assert(
    fc.property(list, (approvals) => decide({ approvals }) === 'refused'),
    { numRuns: 2000 },
  );
});

type Path = readonly (string | number)[];

function pathsOf(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...at, key]))];
}

/** A copy of `value` with what is at `path` replaced, or left out when the replacement is `undefined`. */
function replaceAt(value: unknown, path: Path, replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      String(index) === String(key) ? replaceAt(item, rest, replacement) : item,
    );
  }
  const object: Record<string, unknown> = { ...Object(value) };
  return { ...object, [key]: replaceAt(object[key], rest, replacement) };
}

test('no change of an answer opens the gate to a run that nobody approved', () => {
  const answers = { ...gateAnswers, approvals: [{ ...approval, state: 'pending' }] };
  const change = fc.record({
    path: fc.constantFrom(...pathsOf(answers).filter(([first]) => first !== undefined)),
    replacement: fc.option(fc.jsonValue(), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const changed = changes.reduce<unknown>(
        (seen, { path, replacement }) => replaceAt(seen, path, replacement),
        answers,
      );
      return decide(changed as GateAnswers) === 'refused';
    }),
    { numRuns: 5000 },
  );
});

/** Members that the verdict rests on: without one, or with one of another type, nothing passes. */
const needed: readonly Path[] = [
  ...['repository', 'repository_id', 'run_id', 'run_attempt', 'check_run_id', 'ref', 'actor_id'].map(
    (claim) => ['claims', claim],
  ),
  ['run'],
  ['run', 'triggering_actor', 'id'],
  ['environment'],
  ['environment', 'id'],
  ['environment', 'name'],
  ['environment', 'protection_rules'],
  ['environment', 'protection_rules', 0, 'type'],
  ['environment', 'protection_rules', 0, 'reviewers'],
  ['approvals'],
  ['approvals', 0, 'state'],
  ['approvals', 0, 'user', 'id'],
  ['approvals', 0, 'environments'],
  ['approvals', 0, 'environments', 0, 'id'],
];

test.each(needed.map((path) => [path.join('.'), path] as const))(
  'nothing passes without %s',
  (_name, path) => {
    expect(decide({})).toBe('passed');
    for (const replacement of [undefined, null, {}, true, -0.5]) {
      expect([replacement, decide(replaceAt(gateAnswers, path, replacement) as GateAnswers)]).toEqual([
        replacement,
        'refused',
      ]);
    }
  },
);

test('a rule against self-review that is no truth value is not taken for its absence', () => {
  const path = ['environment', 'protection_rules', 0, 'prevent_self_review'];
  expect(decide(replaceAt(gateAnswers, path, 'true') as GateAnswers)).toBe('refused');
});

test('the answer that cannot be read is named', () => {
  expect(() => readGate({ approvals: [{ state: 'approved' }] })).toThrow(
    "GitHub's answer has another shape than expected: approval 1, user, is no object",
  );
});
