import { AwsError } from '../world.ts';
import type { ArrivedCall, Hold, HoldMoment, Holds } from './holds.ts';

const WEATHER_KINDS = [
  'throttle',
  'error',
  'reset',
  'hang',
  'denied',
  'expired',
  'lost-reply',
  'malformed',
] as const;
const KINDS = [...WEATHER_KINDS, 'hold'] as const;

/** What users of the deployed services ask for. Only a fault that names it befalls them, `*` does not. */
export const EDGE = 'edge';

type FaultBase = {
  /** As in the request log; `*` matches all. */
  readonly service: string;
  readonly operation: string;
  times: number;
  after: number;
};

/** Bad weather to come: the next `times` calls that match, after the first `after` of them went well. */
export type Fault = FaultBase & {
  readonly fault: (typeof WEATHER_KINDS)[number];
  /** For `error`, and to replace the usual words of the others. */
  readonly code?: string;
  readonly message?: string;
  readonly status?: number;
  /** For `malformed`: what is answered with 200. */
  readonly body?: unknown;
};

/** Keeps the next `times` calls until the test lets go. */
type HoldFault = FaultBase & { readonly fault: 'hold'; readonly when: HoldMoment; readonly hold: Hold };

/** What a call meets. */
export type Befallen = {
  readonly fault: Fault | undefined;
  /** There when the call is held between the work and the reply. */
  readonly beforeReply: (() => Promise<void>) | undefined;
};

export type Faults = {
  /** Throws `TypeError` with the reason when the description makes no sense. The ids are those of the holds among them. */
  readonly add: (descriptions: unknown) => { readonly holds: readonly string[] };
  /** Lets go whatever is held, too. */
  readonly clear: () => void;
  readonly list: () => readonly object[];
  /** Takes what befalls this call off the queue. Resolves once no hold keeps the call from being performed. */
  readonly befall: (call: ArrivedCall) => Promise<Befallen>;
};

export function createFaults(holds: Holds): Faults {
  let queue: (Fault | HoldFault)[] = [];
  const takeOff = (fault: Fault | HoldFault): void => {
    fault.times -= 1;
    if (fault.times <= 0) queue = queue.filter((other) => other !== fault);
  };
  const ready = (call: ArrivedCall): (Fault | HoldFault)[] => {
    queue = queue.filter((fault) => fault.fault !== 'hold' || !fault.hold.isOpen());
    return queue.filter((fault) => matches(fault, call) && fault.after === 0);
  };
  /** The first in the queue; behind a hold also what comes next, for a held call goes on into the weather. */
  const takeHolds = (call: ArrivedCall): Partial<Record<HoldMoment, Hold>> => {
    const taken: Partial<Record<HoldMoment, Hold>> = {};
    for (const fault of ready(call)) {
      if (fault.fault !== 'hold' || taken[fault.when]) break;
      taken[fault.when] = fault.hold;
      takeOff(fault);
    }
    return taken;
  };
  const takeWeather = (call: ArrivedCall): Fault | undefined => {
    const [first] = ready(call);
    if (first === undefined || first.fault === 'hold') return undefined;
    takeOff(first);
    return first;
  };
  return {
    add: (descriptions) => {
      const list = Array.isArray(descriptions) ? descriptions : [descriptions];
      const faults = list
        .map(readFault)
        .map((fault) => (fault.fault === 'hold' ? open(holds, fault) : fault));
      queue.push(...faults);
      return { holds: faults.flatMap((fault) => (fault.fault === 'hold' ? [fault.hold.id] : [])) };
    },
    clear: () => {
      queue = [];
      holds.releaseAll();
    },
    list: () => queue.map((fault) => (fault.fault === 'hold' ? { ...fault, hold: fault.hold.id } : fault)),
    befall: async (call) => {
      const waiting = queue.filter((fault) => matches(fault, call) && fault.after > 0);
      const { before, after } = takeHolds(call);
      // What is yet to come when a call is held may still befall it: a test can add it meanwhile.
      const early = before ? undefined : takeWeather(call);
      for (const fault of waiting) fault.after -= 1;
      await before?.keep(call);
      const fault = before ? takeWeather(call) : early;
      return { fault, beforeReply: after && (() => after.keep(call)) };
    },
  };
}

const matches = (fault: FaultBase, { service, operation }: ArrivedCall): boolean =>
  (fault.service === service || (fault.service === '*' && service !== EDGE)) &&
  (fault.operation === '*' || fault.operation === operation);

type HoldOrder = Omit<HoldFault, 'hold'>;

const open = (holds: Holds, order: HoldOrder): HoldFault => ({ ...order, hold: holds.open(order) });

type Dialect = 'json' | 'query';

/** JSON services answer throttled, denied and expired calls with 400, the older query services with names of their own. */
const WEATHER = {
  throttle: { json: ['ThrottlingException', 400], query: ['Throttling', 400] },
  denied: { json: ['AccessDeniedException', 400], query: ['AccessDenied', 403] },
  expired: { json: ['ExpiredTokenException', 400], query: ['ExpiredToken', 403] },
  error: { json: ['ServerException', 500], query: ['ServiceUnavailable', 503] },
} as const;

/** How AWS refuses what no policy allows. */
export function deniedError(dialect: Dialect, message: string): AwsError {
  const [code, status] = WEATHER.denied[dialect];
  return new AwsError(code, message, status);
}

/** The answer that AWS gives in such weather; `undefined` for those that are not answers. */
export function faultError(
  fault: Fault,
  call: {
    readonly service: string;
    readonly operation: string;
    readonly dialect: Dialect;
    readonly principalArn: string;
  },
): AwsError | undefined {
  const kind = fault.fault;
  if (kind === 'reset' || kind === 'hang' || kind === 'lost-reply' || kind === 'malformed') return undefined;
  const [code, status] = WEATHER[kind][call.dialect];
  return new AwsError(fault.code ?? code, fault.message ?? usualWords(kind, call), fault.status ?? status);
}

/** IAM's name for a service, where it is not the one of the request log. */
const IAM_PREFIXES: Readonly<Record<string, string>> = { elbv2: 'elasticloadbalancing' };

function usualWords(
  kind: keyof typeof WEATHER,
  call: { readonly service: string; readonly operation: string; readonly principalArn: string },
): string {
  const action = `${IAM_PREFIXES[call.service] ?? call.service}:${call.operation}`;
  switch (kind) {
    case 'throttle':
      return 'Rate exceeded';
    case 'error':
      return 'Service Unavailable. Please try again later.';
    case 'expired':
      return 'The security token included in the request is expired';
    case 'denied':
      return `User: ${call.principalArn} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`;
  }
}

/** Users get answers of HTTP alone, and `error` is the load balancer's own. */
const EDGE_KINDS = ['hold', 'hang', 'reset', 'lost-reply', 'error'] as const;

function readFault(description: unknown): Fault | HoldOrder {
  const given: Record<string, unknown> =
    typeof description === 'object' && description !== null ? { ...description } : {};
  const kind = KINDS.find((known) => known === given['fault']);
  if (!kind) throw new TypeError(`"fault" must be one of ${KINDS.join(', ')}`);
  const text = (name: string): string | undefined => {
    const value = given[name];
    if (value === undefined || typeof value === 'string') return value;
    throw new TypeError(`"${name}" must be a string`);
  };
  const count = (name: string, otherwise: number): number => {
    const value = given[name] ?? otherwise;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    throw new TypeError(`"${name}" must be a whole number`);
  };
  // AWS's protocols have no answer of a wrong shape; GitHub's JSON does.
  if (kind === 'malformed' && given['service'] !== 'github') {
    throw new TypeError('"malformed" is for the service github');
  }
  if (given['service'] === EDGE && !EDGE_KINDS.some((known) => known === kind)) {
    throw new TypeError(`the service ${EDGE} takes ${EDGE_KINDS.join(', ')}`);
  }
  const base = {
    service: text('service') ?? '*',
    operation: text('operation') ?? '*',
    times: count('times', 1),
    after: count('after', 0),
  };
  if (kind === 'hold') {
    const when = text('when') ?? 'before';
    if (when !== 'before' && when !== 'after') throw new TypeError('"when" must be before or after');
    return { ...base, fault: kind, when };
  }
  const code = text('code');
  const message = text('message');
  return {
    ...base,
    fault: kind,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(given['status'] === undefined ? {} : { status: count('status', 500) }),
    ...(given['body'] === undefined ? {} : { body: given['body'] }),
  };
}
