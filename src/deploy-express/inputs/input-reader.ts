import type { Parsed, Problem } from '../../parse.ts';
import { type DeployInputName, deployInputDefaults } from './names.ts';

export type InputProblem = Problem & {
  /** The input, or the environment variable, that has to be changed. */
  readonly input: DeployInputName | 'AWS_REGION' | 'AWS credentials';
};

/** Reads inputs and gathers what is wrong with them, so that the user sees all of it at once. */
export type InputReader = {
  readonly problems: readonly InputProblem[];
  readonly report: (problem: InputProblem) => void;
  /** Without the white space around it; `undefined` when neither the user nor a default gave it. */
  readonly text: (name: DeployInputName) => string | undefined;
  /** `undefined` also when the text had a problem, which is then reported. */
  readonly take: <Value>(name: DeployInputName, parse: (raw: string) => Parsed<Value>) => Value | undefined;
};

export function createInputReader(read: (name: string) => string): InputReader {
  const problems: InputProblem[] = [];
  const text = (name: DeployInputName) => {
    const given = read(name).trim();
    const raw = given === '' ? deployInputDefaults[name] : given;
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
