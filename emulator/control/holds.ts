import type { Control } from './control-plane.ts';

/** A request that faults can befall, as the request log names it. */
export type ArrivedCall = {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
};

/** Whose calls are kept, and where: before anything is done, or after it is done and before the reply. */
export type HoldPlace = { readonly service: string; readonly operation: string; readonly when: HoldMoment };
export type HoldMoment = 'before' | 'after';

export type Hold = {
  readonly id: string;
  /** Counts the call as arrived and resolves once it may go on. */
  readonly keep: (call: ArrivedCall) => Promise<void>;
  /** True once the test has let go: no further call is kept. */
  readonly isOpen: () => boolean;
};

/** The holds a test has ordered, by their ids; the calls in them wait until the test lets go. */
export type Holds = {
  readonly open: (place: HoldPlace) => Hold;
  readonly list: () => readonly (HoldPlace & {
    readonly id: string;
    readonly arrived: number;
    readonly held: readonly ArrivedCall[];
  })[];
  /** Resolves with the call of that number, the first being 1, that is or was kept; as soon as there is one. */
  readonly arrived: (id: string, number: number) => Promise<ArrivedCall>;
  /** By id, or all of a service and operation. Throws `TypeError` when there is none. */
  readonly release: (which: string | Omit<HoldPlace, 'when'>) => { readonly released: number };
  readonly releaseAll: () => void;
};

type Watcher = {
  readonly number: number;
  readonly resolve: (call: ArrivedCall) => void;
  readonly reject: (why: Error) => void;
};

type Gate = HoldPlace & {
  readonly id: string;
  readonly held: Map<() => void, ArrivedCall>;
  readonly seen: ArrivedCall[];
  watchers: Watcher[];
  isOpen: boolean;
};

export function createHolds(): Holds {
  const gates = new Map<string, Gate>();
  const find = (id: string): Gate => {
    const gate = gates.get(id);
    if (gate) return gate;
    throw new TypeError(`no hold "${id}"; there are: ${[...gates.keys()].join(', ') || 'none'}`);
  };
  const openGate = (gate: Gate): number => {
    const released = gate.held.size;
    gate.isOpen = true;
    for (const goOn of gate.held.keys()) goOn();
    gate.held.clear();
    for (const { reject } of gate.watchers)
      reject(new TypeError(`"${gate.id}" was let go before a call came`));
    gate.watchers = [];
    return released;
  };
  return {
    open: (place) => {
      const id = `hold-${gates.size + 1}`;
      const gate: Gate = {
        ...place,
        id,
        held: new Map(),
        seen: [],
        watchers: [],
        isOpen: false,
      };
      gates.set(id, gate);
      return {
        id,
        keep: (call) => keep(gate, call),
        isOpen: () => gate.isOpen,
      };
    },
    list: () =>
      [...gates.values()].map(({ id, service, operation, when, seen, held }) => ({
        id,
        service,
        operation,
        when,
        arrived: seen.length,
        held: [...held.values()],
      })),
    arrived: (id, number) => {
      const gate = find(id);
      const call = gate.seen[number - 1];
      if (call) return Promise.resolve(call);
      if (gate.isOpen) throw new TypeError(`"${id}" was let go before a call came`);
      return new Promise((resolve, reject) => gate.watchers.push({ number, resolve, reject }));
    },
    release: (which) => {
      const chosen =
        typeof which === 'string'
          ? [find(which)]
          : [...gates.values()].filter(
              ({ service, operation, isOpen }) =>
                !isOpen && service === which.service && operation === which.operation,
            );
      if (chosen.length === 0 && typeof which !== 'string')
        throw new TypeError(`nothing is held of ${which.service} ${which.operation}`);
      return { released: chosen.reduce((sum, gate) => sum + openGate(gate), 0) };
    },
    releaseAll: () => {
      for (const gate of gates.values()) openGate(gate);
    },
  };
}

function keep(gate: Gate, call: ArrivedCall): Promise<void> {
  gate.seen.push(call);
  for (const { number, resolve } of gate.watchers) if (number === gate.seen.length) resolve(call);
  gate.watchers = gate.watchers.filter(({ number }) => number > gate.seen.length);
  if (gate.isOpen) return Promise.resolve();
  return new Promise((resolve) => gate.held.set(resolve, call));
}

/** `/_emulator/holds`; described in the README. */
export function holdsControl(holds: Holds): Control {
  return {
    GET: (_, query) => {
      const id = query?.get('id') ?? undefined;
      return id === undefined ? holds.list() : holds.arrived(id, Number(query?.get('call') ?? 1));
    },
    POST: (body) => holds.release(readRelease(body)),
  };
}

function readRelease(body: unknown): Parameters<Holds['release']>[0] {
  const release = typeof body === 'object' && body !== null && 'release' in body ? body.release : undefined;
  if (typeof release === 'string') return release;
  const place: { readonly service?: unknown; readonly operation?: unknown } =
    typeof release === 'object' && release !== null ? release : {};
  if (typeof place.service === 'string' && typeof place.operation === 'string')
    return { service: place.service, operation: place.operation };
  throw new TypeError('"release" must be the id of a hold, or its {"service", "operation"}');
}
