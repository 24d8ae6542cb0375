/** From 1. */
export type Position = { readonly line: number; readonly column: number };

/** Something about a file of the user's that is not as it should be. Never quotes a value that may be a secret. */
export type Finding = {
  /** `undefined`: about the file as a whole. */
  readonly at: Position | undefined;
  /** What is there, and for a warning, how it was read. */
  readonly seen: string;
  /** The right form; `undefined`: the file is right, and there is only something to know. */
  readonly wanted: string | undefined;
};

export type Refusal = Finding & { readonly wanted: string };

export type Findings = {
  /** Read as it was surely meant. */
  readonly warnings: readonly Finding[];
  /** What nobody can read as anything. */
  readonly problems: readonly Refusal[];
  readonly warn: (at: Position | undefined, seen: string, wanted?: string) => void;
  /** Of what means nothing: a warning, and where the file is refused, perhaps what was meant for what it lacks. */
  readonly passOver: (at: Position, seen: string, wanted: string) => void;
  readonly passedOver: readonly Refusal[];
  readonly refuse: (at: Position | undefined, seen: string, wanted: string) => void;
};

/** Gathers, so that the user sees all that is wrong with a file at once. */
export function createFindings(): Findings {
  const warnings: Finding[] = [];
  const problems: Refusal[] = [];
  const passedOver: Refusal[] = [];
  return {
    warnings,
    problems,
    passedOver,
    passOver: (at, seen, wanted) => {
      warnings.push({ at, seen, wanted });
      passedOver.push({ at, seen, wanted });
    },
    warn: (at, seen, wanted) => {
      warnings.push({ at, seen, wanted });
    },
    refuse: (at, seen, wanted) => {
      problems.push({ at, seen, wanted });
    },
  };
}

/** `apprunner.yaml, line 3, column 5: …` */
export function renderFinding(file: string, { at, seen, wanted }: Finding): string {
  const form = wanted === undefined ? '' : `; the right form is ${wanted}`;
  return `${renderPlace(file, at)}: ${seen}${form}`;
}

export function renderPlace(file: string, at: Position | undefined): string {
  return at === undefined ? file : `${file}, line ${at.line}, column ${at.column}`;
}
