import { type InputEnvironment, reportEnvironment } from '../../aws-environment.ts';
import { parseZoneId } from '../../dns/zone.ts';
import { createInputReader } from '../../input-reader.ts';
import {
  parseBoolean,
  parseDecimal,
  parseForm,
  parseInteger,
  parseList,
  parseOneOf,
  parseStatusRanges,
  quote,
  splitList,
} from '../../parse.ts';
import { parseArnForm, roleForm } from '../../parse-arn.ts';
import type { BakeInputs, GateInputs, ShiftInputs } from '../model/inputs.ts';
import { changeModes, gateKinds, modeInView, modeNames } from '../model/inputs.ts';
import { reportConflicts } from './conflicts.ts';
import {
  checksumForm,
  healthCheckForm,
  nameParsers,
  parseBlueHost,
  parseMovedName,
  parseSetIdentifier,
  pathForm,
} from './forms.ts';
import type { InputProblem, InputReader, ShiftInputName } from './names.ts';
import { shiftInputDefaults } from './names.ts';
import { parseTarget } from './target.ts';
import { isUsed, tellUnused } from './uses.ts';

export type ParsedInputs =
  | { readonly ok: true; readonly inputs: ShiftInputs }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/** `read` gives the text of an input, `''` when there is none. All problems are found in one go. */
export function parseInputs(read: (name: string) => string, environment: InputEnvironment): ParsedInputs {
  const given = createInputReader(shiftInputDefaults, read);
  const { reader, passedOver } = readerOfMode(given, read, environment.region);
  reportEnvironment(reader, environment);
  const parsed = parseAll(reader, environment.region);
  const { notices, remarks } = tellUnused(given, parsed);
  const inputs: ShiftInputs = { ...parsed, notices: [...passedOver, ...notices], remarks };
  reportConflicts(reader, inputs);
  const { problems } = reader;
  return problems.length > 0 ? { ok: false, problems } : { ok: true, inputs };
}

/**
 * A rollback is not even asked for a good form of what it does not use, or has seldom a use for: nothing of that may keep it
 * from going back.
 */
function readerOfMode(given: InputReader, read: (name: string) => string, region: string | undefined) {
  const inView = parseMode(createInputReader(shiftInputDefaults, read));
  if (modeInView(inView) !== 'rollback') return { reader: given, passedOver: [] };
  const problems = problemsOfBlue(createInputReader(shiftInputDefaults, read), region);
  const isPassedOver = (name: string) => problems.some(({ input }) => input === name);
  const reader = createInputReader(shiftInputDefaults, (name) =>
    isUsed(name as ShiftInputName, inView) && !isPassedOver(name) ? read(name) : '',
  );
  const passedOver = problems.map(
    ({ input, seen, wanted }) =>
      `${input} was passed over: ${seen}; wanted ${wanted}. A rollback needs it only where the records have several App Runner hosts.`,
  );
  return { reader, passedOver };
}

/** Which service is blue, the records themselves tell almost always. */
function problemsOfBlue(reader: InputReader, region: string | undefined): readonly InputProblem[] {
  reader.take('apprunner-service', nameParsers(region).appRunnerService);
  reader.take('blue-dns-name', parseBlueHost);
  return reader.problems;
}

function parseMode({ take }: InputReader): Pick<ShiftInputs, 'mode' | 'planFor'> {
  return {
    mode: take('mode', (raw) => parseOneOf(raw, modeNames)) ?? 'plan',
    planFor: take('plan-for', (raw) => parseOneOf(raw, ['auto', ...changeModes])) ?? 'auto',
  };
}

/** What stands after `??` is only there to go on looking for problems: with one, the object is thrown away. */
function parseAll(reader: InputReader, region: string | undefined): Omit<ShiftInputs, 'notices' | 'remarks'> {
  const { take } = reader;
  const names = nameParsers(region);
  const cluster = take('cluster', names.cluster) ?? '';
  const { mode, planFor } = parseMode(reader);
  return {
    mode,
    planFor,
    ...parseDomains(reader),
    blue: {
      service: take('apprunner-service', names.appRunnerService),
      host: take('blue-dns-name', parseBlueHost),
      zoneId: take('blue-hosted-zone-id', parseZoneId),
    },
    green: take('express-service', (raw) => names.expressService(raw, cluster)),
    zone: {
      id: take('hosted-zone-id', parseZoneId),
      roleArn: take('dns-role-arn', (raw) => parseArnForm(raw, roleForm, region)),
      allowExternalDns: take('allow-external-dns', parseBoolean) ?? false,
    },
    target: parseTarget(reader),
    maxStepPercent: take('max-step', (raw) => parseDecimal(raw, { minimum: 0.5, maximum: 100 })),
    adoption: {
      cnameBecomes: take('adopt-as', (raw) => parseOneOf(raw, ['alias', 'cname'])) ?? 'alias',
      setIdentifiers: {
        blue: take('blue-set-identifier', parseSetIdentifier) ?? '',
        green: take('green-set-identifier', parseSetIdentifier) ?? '',
      },
    },
    greenHealthCheckId: take('green-health-check-id', (raw) => parseForm(raw, healthCheckForm)),
    attachDomain: take('attach-domain', parseBoolean) ?? false,
    certificateArn: take('certificate-arn', names.certificate),
    certificateTimeoutSeconds: parseCertificateTimeout(reader),
    redirectHttp: take('redirect-http', parseBoolean) ?? false,
    probe: {
      path: take('probe-path', (raw) => parseForm(raw, pathForm)) ?? '/',
      statuses: take('probe-status', parseStatusRanges) ?? [],
    },
    bake: parseBake(reader, modeInView({ mode, planFor }) === 'monitor'),
    failOnInconclusive: take('fail-on-inconclusive', parseBoolean) ?? true,
    drainSeconds: take('drain-seconds', (raw) => parseDecimal(raw, { minimum: 0, maximum: 86_400 })),
    changeTimeoutSeconds:
      60 * (take('wait-for-minutes', (raw) => parseDecimal(raw, { minimum: 0.1, maximum: 360 })) ?? 0),
    pollIntervalSeconds:
      take('poll-interval-seconds', (raw) => parseDecimal(raw, { minimum: 0.1, maximum: 300 })) ?? 0,
    onCancel: take('on-cancel', (raw) => parseOneOf(raw, ['rollback', 'hold'])) ?? 'rollback',
    finalize: {
      holdHours: take('hold-hours', (raw) => parseDecimal(raw, { minimum: 0, maximum: 336 })) ?? 0,
      quietRequests: take('quiet-requests', (raw) => parseInteger(raw, { minimum: 0, maximum: 1e9 })) ?? 0,
      retireBlue: take('retire-blue', (raw) => parseOneOf(raw, ['none', 'pause', 'delete'])) ?? 'none',
    },
    planChecksum: take('plan-checksum', (raw) => parseForm(raw, checksumForm)),
    gate: parseGate(reader),
  };
}

/** Each name that is not one has its own line in the report. */
function parseDomains(reader: InputReader): Pick<ShiftInputs, 'domains' | 'repeatedDomains'> {
  const raw = reader.text('domain');
  const parsed = splitList(raw ?? '').map(parseMovedName);
  for (const each of parsed) if (!each.ok) reader.report({ input: 'domain', ...each.problem });
  if (raw !== undefined && parsed.length === 0) {
    reader.report({ input: 'domain', seen: quote(raw), wanted: 'one host name or several' });
  }
  const names = parsed.flatMap((each) => (each.ok ? [each.value] : []));
  const [first = '', ...more] = new Set(names);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return { domains: [first, ...more], repeatedDomains: [...new Set(repeated)] };
}

const usualCertificateMinutes = 15;

function parseCertificateTimeout({ take }: InputReader): number | undefined {
  const isAsked = take('request-certificate', parseBoolean) ?? false;
  const minutes = take('certificate-timeout-minutes', (raw) =>
    parseDecimal(raw, { minimum: 0.1, maximum: 360 }),
  );
  return isAsked ? 60 * (minutes ?? usualCertificateMinutes) : undefined;
}

const alarmForm = { pattern: /^[^,\n]{1,255}$/, wanted: 'names of CloudWatch alarms, one a line' };

/** Six hours: the longest a job on GitHub's own runners lasts. */
function parseBake({ take }: InputReader, isMonitor: boolean): BakeInputs {
  const bakeMinutes = take('bake-minutes', (raw) => parseDecimal(raw, { minimum: 0, maximum: 360 }));
  const watchMinutes = take('watch-minutes', (raw) => parseDecimal(raw, { minimum: 0.01, maximum: 360 }));
  return {
    seconds: 60 * ((isMonitor ? watchMinutes : bakeMinutes) ?? 0),
    alarms: take('alarms', (raw) => parseList(raw, alarmForm)) ?? [],
    maxErrorPercent: take('max-error-percent', (raw) => parseDecimal(raw, { minimum: 0, maximum: 100 })),
    minRequests: take('min-requests', (raw) => parseInteger(raw, { minimum: 0, maximum: 1e9 })) ?? 0,
  };
}

/** Names of environments may hold anything; GitHub compares them without regard to case. */
const environmentForm = { pattern: /^.{1,255}$/, wanted: 'the name of an environment of this repository' };
const acceptForm = {
  pattern: new RegExp(`^(?:${gateKinds.join('|')})$`),
  wanted: `one or more of ${gateKinds.join(', ')}`,
};

function parseGate({ take }: InputReader): GateInputs {
  const kind = take('gate', (raw) => parseOneOf(raw, ['required', 'off'])) ?? 'required';
  const environment = take('gate-environment', (raw) => parseForm(raw, environmentForm)) ?? '';
  const accept = take('gate-accept', (raw) => parseList(raw, acceptForm)) ?? ['reviewers'];
  const strict = take('gate-strict', parseBoolean) ?? false;
  const token = take('github-token', (raw) => ({ ok: true, value: raw }));
  if (kind === 'off') return { kind };
  return { kind, environment, accept: gateKinds.filter((known) => accept.includes(known)), strict, token };
}
