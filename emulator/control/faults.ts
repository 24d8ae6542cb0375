import { AwsError } from '../world.ts';

const KINDS = ['throttle', 'error', 'reset', 'hang', 'denied', 'expired', 'lost-reply', 'malformed'] as const;
type FaultKind = (typeof KINDS)[number];

/** Bad weather to come: the next `times` calls that match, after the first `after` of them went well. */
export type Fault = {
  /** As in the request log; `*` matches all. */
  readonly service: string;
  readonly operation: string;
  readonly fault: FaultKind;
  readonly times: number;
  readonly after: number;
  /** For `error`, and to replace the usual words of the others. */
  readonly code?: string;
  readonly message?: string;
  readonly status?: number;
  /** For `malformed`: what is answered with 200. */
  readonly body?: unknown;
};

export type Faults = {
  /** Throws `TypeError` with the reason when the description makes no sense. */
  readonly add: (descriptions: unknown) => void;
  readonly clear: () => void;
  readonly list: () => readonly Fault[];
  /** Takes one fault off the queue for this call, if there is one. */
  readonly take: (service: string, operation: string) => Fault | undefined;
};

export function createFaults(): Faults {
  let queue: (Fault & { times: number; after: number })[] = [];
  return {
    add: (descriptions) => {
      const list = Array.isArray(descriptions) ? descriptions : [descriptions];
      queue.push(...list.map(readFault));
    },
    clear: () => {
      queue = [];
    },
    list: () => queue,
    take: (service, operation) => {
      const matching = queue.filter(
        (fault) =>
          (fault.service === '*' || fault.service === service) &&
          (fault.operation === '*' || fault.operation === operation),
      );
      const ready = matching.find((fault) => fault.after === 0);
      for (const fault of matching) if (fault.after > 0) fault.after -= 1;
      if (!ready) return undefined;
      ready.times -= 1;
      if (ready.times <= 0) queue = queue.filter((fault) => fault !== ready);
      return ready;
    },
  };
}

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

function readFault(description: unknown): Fault & { times: number; after: number } {
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
  const code = text('code');
  const message = text('message');
  return {
    service: text('service') ?? '*',
    operation: text('operation') ?? '*',
    fault: kind,
    times: count('times', 1),
    after: count('after', 0),
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(given['status'] === undefined ? {} : { status: count('status', 500) }),
    ...(given['body'] === undefined ? {} : { body: given['body'] }),
  };
}
