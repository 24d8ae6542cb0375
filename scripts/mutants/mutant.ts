export type Mutant = {
  /** What the program then does wrong. */
  readonly name: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** A pattern of the paths of the tests that should turn red. */
  readonly tests: string;
  /** The tests run the sources, not `dist/`. */
  readonly pure?: boolean;
};
