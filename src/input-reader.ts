import type { Parsed, Problem } from './parse.ts';

export type InputProblem<Name extends string> = Problem & {
  /** The input, or the environment variable, that has to be changed. */
  readonly input: Name | 'AWS_REGION' | 'AWS credentials';
};

/** Reads inputs and gathers what is wrong with them, so that the user sees all of it at once. */
export type InputReader<Name extends string> = {
  readonly problems: readonly InputProblem<Name>[];
  readonly report: (problem: InputProblem<Name>) => void;
  /** Without the white space around it; `undefined` when neither the user nor a default gave it. */
  readonly text: (name: Name) => string | undefined;
  /** `undefined` also when the text had a problem, which is then reported. */
  readonly take: <Value>(name: Name, parse: (raw: string) => Parsed<Value>) => Value | undefined;
};

/**
 * `defaults`: every input with what stands for it when it is not given; `''` = nothing does. They repeat those of
 * action.yml, as a reusable workflow that passes all inputs through gives `''` for those its caller left out.
 */
export function createInputReader<Name extends string>(
  defaults: Readonly<Record<Name, string>>,
  read: (name: string) => string,
): InputReader<Name> {
  const problems: InputProblem<Name>[] = [];
  const text = (name: Name) => {
    const given = read(name).trim();
    const raw = given === '' ? defaults[name] : given;
    return raw === '' ? undefined : raw;
  };
  return {
    problems,
    report: (problem) => {
      problems.push(problem);
    },
    text,
    take: (name, parse) => {
      const raw = text(name);
      if (raw === undefined) return undefined;
      const parsed = parse(raw);
      if (parsed.ok) return parsed.value;
      problems.push({ input: name, ...parsed.problem });
      return undefined;
    },
  };
}

/** Not given, or `false`. A value that is neither `true` nor `false` has a problem of its own, and nothing is made of it. */
export function isNo<Name extends string>(reader: InputReader<Name>, name: Name): boolean {
  return (reader.text(name)?.toLowerCase() ?? 'false') === 'false';
}

/** The message of the one `input-invalid` error. */
export function renderInputProblems(problems: readonly InputProblem<string>[]): string {
  const heading =
    problems.length === 1 ? 'one input cannot be used' : `${problems.length} problems with the inputs`;
  const lines = problems.map(({ input, seen, wanted }) => `- ${input}: ${seen}; wanted ${wanted}`);
  return [`${heading}:`, ...lines].join('\n');
}
