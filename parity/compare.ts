import type { Step } from './record.ts';

export type Difference = {
  readonly step: string;
  /** `status`, `error`, `output.HostedZones[0].Config` */
  readonly path: string;
  readonly witness: unknown;
  readonly emulator: unknown;
};

/** Where the emulator's steps are not those of the witness. Stable names may be numbered otherwise, but one to one. */
export function compare(witness: readonly Step[], emulator: readonly Step[]): readonly Difference[] {
  const pairs = new Map<string, string>();
  const byName = new Map(emulator.map((step) => [step.name, step]));
  const missing = emulator.filter(({ name }) => !witness.some((step) => step.name === name));
  return [
    ...witness.flatMap((step) => {
      const same = byName.get(step.name);
      if (!same) return [{ step: step.name, path: 'step', witness: 'made', emulator: undefined }];
      return differAnswers(step, same, pairs).map((one) => ({ step: step.name, ...one }));
    }),
    ...missing.map(({ name }) => ({ step: name, path: 'step', witness: undefined, emulator: 'made' })),
  ];
}

type Place = Omit<Difference, 'step'>;

/** What was asked follows from earlier answers. Where one refused and the other did not, nothing else can be the same. */
function differAnswers(witness: Step, emulator: Step, pairs: Map<string, string>): Place[] {
  if (witness.error !== emulator.error) {
    return [{ path: 'error', witness: witness.error ?? 'none', emulator: emulator.error ?? 'none' }];
  }
  const answerOf = ({ operation, status, sentence, output }: Step) => ({
    operation,
    status,
    sentence,
    output,
  });
  return differ(answerOf(witness), answerOf(emulator), '', pairs);
}

function differ(witness: unknown, emulator: unknown, path: string, pairs: Map<string, string>): Place[] {
  if (typeof witness === 'string' && typeof emulator === 'string') {
    return isSame(witness, emulator, pairs) ? [] : [{ path, witness, emulator }];
  }
  if (Array.isArray(witness) && Array.isArray(emulator) && witness.length === emulator.length) {
    return witness.flatMap((item, index) => differ(item, emulator[index], `${path}[${index}]`, pairs));
  }
  if (isRecord(witness) && isRecord(emulator)) {
    return [...new Set([...Object.keys(witness), ...Object.keys(emulator)])].flatMap((name) =>
      differ(witness[name], emulator[name], path === '' ? name : `${path}.${name}`, pairs),
    );
  }
  return witness === emulator ? [] : [{ path, witness, emulator }];
}

const NAME = /<[\w-]+:\d+>/g;

/** Names that meet for the first time belong together from then on. */
function isSame(witness: string, emulator: string, pairs: Map<string, string>): boolean {
  if (witness.replaceAll(NAME, '<>') !== emulator.replaceAll(NAME, '<>')) return false;
  const theirs = emulator.match(NAME) ?? [];
  return (witness.match(NAME) ?? []).every((name, index) => {
    const other = theirs[index] ?? '';
    const known = pairs.get(name);
    if (known !== undefined) return known === other;
    if ([...pairs.values()].includes(other)) return false;
    pairs.set(name, other);
    return true;
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
