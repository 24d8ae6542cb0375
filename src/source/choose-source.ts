import type { SourceProblem } from './locate.ts';

export const buildFromKinds = ['auto', 'dockerfile', 'apprunner', 'runtime'] as const;
export type BuildFrom = (typeof buildFromKinds)[number];

export type SourceWish = {
  readonly buildFrom: BuildFrom;
  /** Whether the input `dockerfile` names one. */
  readonly isDockerfileGiven: boolean;
  /** Whether the input `runtime` does. */
  readonly isRuntimeGiven: boolean;
};

export type SourceChoice =
  | { readonly kind: Exclude<BuildFrom, 'auto'>; readonly notices: readonly string[] }
  | { readonly kind: 'nothing'; readonly problem: SourceProblem };

/** What there is in the source folder. */
export type SeenSource = { readonly dockerfile: boolean; readonly appRunnerYaml: boolean };

/** What is built, where several would do or none is there. `folder`: as shown to the user. */
export function chooseSource(wish: SourceWish, seen: SeenSource, folder: string): SourceChoice {
  if (wish.buildFrom !== 'auto') return { kind: wish.buildFrom, notices: [] };
  const candidates = [
    ...(wish.isDockerfileGiven || seen.dockerfile ? (['dockerfile'] as const) : []),
    ...(seen.appRunnerYaml ? (['apprunner'] as const) : []),
    ...(wish.isRuntimeGiven ? (['runtime'] as const) : []),
  ];
  const [chosen, ...passedOver] = candidates;
  if (chosen === undefined) return { kind: 'nothing', problem: nothingToBuild(folder) };
  return { kind: chosen, notices: passedOver.map((other) => notePassedOver(chosen, other)) };
}

const names: Readonly<Record<Exclude<BuildFrom, 'auto'>, string>> = {
  dockerfile: 'the Dockerfile',
  apprunner: 'apprunner.yaml',
  runtime: 'the inputs runtime, build-command and start-command',
};

function notePassedOver(chosen: keyof typeof names, other: keyof typeof names): string {
  return `Built from ${names[chosen]}; ignored: ${names[other]}. Set build-from: ${other} to use that.`;
}

function nothingToBuild(folder: string): SourceProblem {
  return {
    input: 'source',
    seen: `${folder} has neither a Dockerfile nor an apprunner.yaml, and the input runtime is not given`,
    wanted:
      'one of four: a Dockerfile there, the input dockerfile with the path of one, an apprunner.yaml there, or the inputs runtime and start-command; or image to deploy one that is already built',
  };
}
