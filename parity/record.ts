/** What was asked and answered in one step of a scenario, with stable names for what differs from run to run. */
export type Step = {
  readonly name: string;
  readonly operation: string;
  readonly input: unknown;
  readonly status: number;
  /** The error's name, as the SDK gives it. Its sentence is not kept: witnesses have words of their own. */
  readonly error?: string;
  readonly output?: unknown;
};

export type Recording = {
  readonly scenario: string;
  readonly witness: string;
  readonly steps: readonly Step[];
};
