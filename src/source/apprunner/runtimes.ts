export type RuntimeFamily = 'python' | 'nodejs' | 'corretto' | 'dotnet' | 'php' | 'ruby' | 'go';

/**
 * `original`: what is installed outside of /app is lost after the build, so the build is run again on the run image.
 * `revised`: only /app survives; `pre-run` installs what else is needed.
 */
export type BuildKind = 'original' | 'revised';

export type AppRunnerRuntime = {
  /** In `apprunner.yaml`. */
  readonly name: string;
  readonly family: RuntimeFamily;
  /** What every lock must begin with. */
  readonly prefix: string;
  /** What an image is chosen by where nothing is locked. */
  readonly version: string;
  readonly buildKind: BuildKind;
  /** When App Runner stopped supporting it. */
  readonly retiredOn?: string;
  readonly wayUp?: string;
};

/** AWS App Runner developer guide: the release pages of its platforms. */
export const appRunnerRuntimes: readonly AppRunnerRuntime[] = [
  {
    name: 'python311',
    family: 'python',
    prefix: '3.11',
    version: '3.11',
    buildKind: 'revised',
  },
  {
    name: 'python3',
    family: 'python',
    prefix: '3',
    version: '3.8',
    buildKind: 'original',
    retiredOn: '2025-12-01',
    wayUp: 'python311, which needs its pip install under run.pre-run, too',
  },
  {
    name: 'nodejs22',
    family: 'nodejs',
    prefix: '22',
    version: '22',
    buildKind: 'revised',
  },
  {
    name: 'nodejs18',
    family: 'nodejs',
    prefix: '18',
    version: '18',
    buildKind: 'revised',
    retiredOn: '2025-12-01',
    wayUp: 'nodejs22',
  },
  {
    name: 'nodejs16',
    family: 'nodejs',
    prefix: '16',
    version: '16',
    buildKind: 'original',
    retiredOn: '2025-12-01',
    wayUp: 'nodejs22',
  },
  {
    name: 'nodejs14',
    family: 'nodejs',
    prefix: '14',
    version: '14',
    buildKind: 'original',
    retiredOn: '2025-12-01',
    wayUp: 'nodejs22',
  },
  {
    name: 'nodejs12',
    family: 'nodejs',
    prefix: '12',
    version: '12',
    buildKind: 'original',
    retiredOn: '2025-12-01',
    wayUp: 'nodejs22',
  },
  {
    name: 'corretto11',
    family: 'corretto',
    prefix: '11',
    version: '11',
    buildKind: 'original',
  },
  {
    name: 'corretto8',
    family: 'corretto',
    prefix: '8',
    version: '8',
    buildKind: 'original',
  },
  {
    name: 'dotnet6',
    family: 'dotnet',
    prefix: '6',
    version: '6.0',
    buildKind: 'original',
    retiredOn: '2025-12-01',
    wayUp: 'dotnet8',
  },
  {
    name: 'php81',
    family: 'php',
    prefix: '8.1',
    version: '8.1',
    buildKind: 'original',
    retiredOn: '2025-12-31',
    wayUp: 'php84',
  },
  {
    name: 'ruby31',
    family: 'ruby',
    prefix: '3.1',
    version: '3.1',
    buildKind: 'original',
    retiredOn: '2025-12-01',
    wayUp: 'ruby34',
  },
  {
    name: 'go1',
    family: 'go',
    prefix: '1',
    version: '1',
    buildKind: 'original',
    retiredOn: '2025-12-01',
    wayUp: 'a runtime-version of Go that is still supported; the newest is used without one',
  },
];
