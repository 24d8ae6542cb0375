export type LoggedCall = {
  readonly seq: number;
  /** Virtual time, ISO 8601. */
  readonly at: string;
  /** Real time of arrival in epoch milliseconds, for measurements. */
  readonly receivedAtMs: number;
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  /** HTTP status; 0 when the connection was dropped or left hanging on purpose. */
  readonly status: number;
  readonly error?: string;
};

export type RequestLog = {
  readonly record: (call: Omit<LoggedCall, 'seq'>) => void;
  readonly list: () => readonly LoggedCall[];
  readonly clear: () => void;
};

export function createRequestLog(): RequestLog {
  let calls: LoggedCall[] = [];
  let seq = 0;
  return {
    record: (call) => {
      seq += 1;
      calls.push({ seq, ...call });
    },
    list: () => calls,
    clear: () => {
      calls = [];
    },
  };
}
