import { greenPercentOf } from '../../dns/weights.ts';
import { type Mode, modeInView, modeNames, modes, type ShiftInputs } from '../model/inputs.ts';
import { type InputReader, type ShiftInputName, shiftInputDefaults } from './names.ts';

type Use = {
  /** The modes that the input has an effect on. `plan` uses what the mode that it plans does; `auto` all. */
  readonly by: readonly Mode[];
  /**
   * What is said where it is given to another mode. `notice`: whoever gives it expects that something is done for it.
   * `log`: it names or tunes something, and workflows hand all inputs to each mode.
   */
  readonly beside: 'notice' | 'log';
  /** Modes that it contradicts, so that nothing is done. */
  readonly refusedBy?: readonly Mode[];
};

const planned = modeNames.filter((mode) => mode !== 'plan');
const writing: readonly Mode[] = ['adopt', 'shift', 'rollback', 'monitor', 'finalize'];
const gated: readonly Mode[] = ['adopt', 'shift', 'finalize'];
const sides: readonly Mode[] = ['adopt', 'shift', 'status', 'verify', 'finalize'];

const always: Use = { by: planned, beside: 'log' };
const log = (...by: readonly Mode[]): Use => ({ by, beside: 'log' });
const notice = (...by: readonly Mode[]): Use => ({ by, beside: 'notice' });
/** A monitor only watches and takes from green: it adds nothing, gives green nothing, and waits for nobody. */
const notOfMonitor = (use: Use): Use => ({ ...use, refusedBy: ['monitor'] });

/** Which mode uses which input. `mode` and `plan-for` say which mode it is. */
export const uses: Readonly<Record<Exclude<ShiftInputName, 'mode' | 'plan-for'>, Use>> = {
  domain: always,

  // A rollback looks whose records they are; a monitor asks blue by its records.
  'apprunner-service': log(...sides, 'rollback'),
  'blue-dns-name': always,
  'blue-hosted-zone-id': log('adopt'),
  'express-service': log(...sides, 'monitor'),
  cluster: log(...sides, 'monitor'),

  'hosted-zone-id': always,
  'dns-role-arn': always,
  'allow-external-dns': log(...gated),

  'green-percent': notOfMonitor(notice('shift')),
  'blue-weight': notOfMonitor(notice('shift')),
  'green-weight': notOfMonitor(notice('shift')),
  steps: notOfMonitor(notice('shift')),
  'max-step': notOfMonitor(log('shift')),

  'adopt-as': log('adopt'),
  'blue-set-identifier': log('adopt'),
  'green-set-identifier': log('adopt'),
  'green-health-check-id': notOfMonitor(notice('adopt', 'shift', 'status')),
  'attach-domain': notOfMonitor(notice('shift')),
  'certificate-arn': notOfMonitor(notice('shift')),
  'request-certificate': notOfMonitor(notice('shift')),
  'certificate-timeout-minutes': log('shift'),
  'redirect-http': notOfMonitor(notice('shift')),

  'probe-path': log('shift', 'monitor', 'status', 'verify', 'finalize'),
  'probe-status': log('shift', 'monitor', 'status', 'verify', 'finalize'),
  'bake-minutes': notOfMonitor(log('shift')),
  // Of a step, bake-minutes says it. A rollback is refused for nothing that it does not use.
  'watch-minutes': {
    ...notice('monitor'),
    refusedBy: ['plan', 'adopt', 'shift', 'status', 'verify', 'finalize'],
  },
  alarms: notice('shift', 'monitor'),
  'max-error-percent': notice('shift', 'monitor'),
  'min-requests': log('shift', 'monitor', 'verify'),
  'fail-on-inconclusive': log(...gated),
  'drain-seconds': log('shift'),
  'wait-for-minutes': log(...writing),
  'poll-interval-seconds': log(...writing),
  'on-cancel': log('shift'),

  'hold-hours': log('finalize'),
  'quiet-requests': log('finalize'),
  'retire-blue': notOfMonitor(log('finalize')),

  // A rollback is never held by the plan of another moment.
  'plan-checksum': notOfMonitor(notice(...gated)),
  gate: log(...gated),
  'gate-environment': notOfMonitor(log(...gated)),
  'gate-accept': log(...gated),
  'gate-strict': log(...gated),
  // action.yml gives it to each mode.
  'github-token': always,
};

const shares: readonly ShiftInputName[] = ['green-percent', 'blue-weight', 'green-weight', 'steps'];

type InView = Pick<ShiftInputs, 'mode' | 'planFor'>;

export function isUsed(name: ShiftInputName, inputs: InView): boolean {
  const { mode, planFor } = inputs;
  if (name === 'mode') return true;
  // That of a mode itself says nothing new.
  if (name === 'plan-for') return modes[mode].planFor === 'input' || planFor === mode;
  const inView = modeInView(inputs);
  return inView === 'plan' ? !isRefused(name, inputs) : uses[name].by.includes(inView);
}

function isRefused(name: ShiftInputName, inputs: InView): boolean {
  if (name === 'mode' || name === 'plan-for') return false;
  return uses[name].refusedBy?.includes(modeInView(inputs)) ?? false;
}

/** `mode: shift`, or `plan-for: shift` of a plan for it. */
export function describeView(inputs: InView): string {
  const inView = modeInView(inputs);
  return inView === inputs.mode ? `mode: ${inView}` : `plan-for: ${inView}`;
}

/** Given, and not what stands for it anyway: a default of action.yml arrives as if it was given. */
function isOther(reader: InputReader, name: ShiftInputName): boolean {
  const text = reader.text(name);
  return text !== undefined && text.toLowerCase() !== shiftInputDefaults[name].toLowerCase();
}

const allInputs = Object.keys(shiftInputDefaults) as readonly ShiftInputName[];

export function refusedInputs(reader: InputReader, inputs: InView): readonly ShiftInputName[] {
  return allInputs.filter((name) => isRefused(name, inputs) && isOther(reader, name));
}

/** What is given, and has no effect here: nothing is passed over without a word. */
export function tellUnused(
  reader: InputReader,
  inputs: InView & Pick<ShiftInputs, 'target' | 'gate'>,
): Pick<ShiftInputs, 'notices' | 'remarks'> {
  const unused = allInputs.filter(
    (name) => isOther(reader, name) && !isUsed(name, inputs) && !saysTheSame(name, inputs),
  );
  const isNotice = (name: ShiftInputName) =>
    name === 'plan-for' || (name !== 'mode' && uses[name].beside === 'notice');
  const by = describeView(inputs);
  const list = (names: readonly ShiftInputName[]) => names.join(', ');
  const noticed = unused.filter(isNotice);
  const logged = unused.filter((name) => !isNotice(name));
  return {
    notices: [
      ...(noticed.length === 0 ? [] : [`${by} does not use ${list(noticed)}: no effect here.`]),
      ...noticesOfGate(reader, inputs),
    ],
    remarks: logged.length === 0 ? [] : [`Not used by ${by}: ${list(logged)}`],
  };
}

/** The end of the move gives green everything as well. */
function saysTheSame(name: ShiftInputName, inputs: InView & Pick<ShiftInputs, 'target'>): boolean {
  const last = inputs.target?.at(-1);
  return (
    modeInView(inputs) === 'finalize' &&
    shares.includes(name) &&
    last !== undefined &&
    greenPercentOf(last) === 100
  );
}

/** Whoever gives them expects an approval to be asked for. */
function noticesOfGate(
  reader: InputReader,
  { mode, gate }: Pick<ShiftInputs, 'mode' | 'gate'>,
): readonly string[] {
  if (!modes[mode].isGated || gate.kind !== 'off') return [];
  const given = (['gate-environment', 'gate-accept', 'gate-strict'] as const).filter((name) =>
    isOther(reader, name),
  );
  return given.length === 0
    ? []
    : [`No approval is asked for, so there is no effect of ${given.join(', ')}: the gate is off.`];
}
