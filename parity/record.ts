/** What was asked and answered in one step of a scenario, with stable names for what differs from run to run. */
export type Step = {
  readonly name: string;
  readonly operation: string;
  readonly input: unknown;
  readonly status: number;
  /** The error's name, as the SDK gives it. */
  readonly error?: string;
  /** Its words, where something here reads them; else they are not kept: witnesses have words of their own. */
  readonly sentence?: string;
  readonly output?: unknown;
  /** How long it took until it was so. It is told, and not compared. */
  readonly seconds?: number;
};

export type Recording = {
  readonly scenario: string;
  readonly witness: string;
  readonly steps: readonly Step[];
};
