import { docker } from './docker-cli.ts';

export type EngineKind = 'docker' | 'stub';

/** `auto` takes docker when a Linux engine answers, and says on stderr what it took and why. */
export async function chooseEngine(wanted: EngineKind | 'auto'): Promise<EngineKind> {
  if (wanted === 'stub') return 'stub';
  const version = await docker(['version', '--format', '{{.Server.Os}}']);
  const absence = judgeAbsence(version);
  if (absence === undefined) {
    if (wanted === 'auto') tell('docker answers: deployed images really run');
    return 'docker';
  }
  if (wanted === 'docker') throw new Error(`--engine docker: ${absence}`);
  tell(`${absence}: a built-in responder stands in for every container (--engine stub)`);
  return 'stub';
}

function judgeAbsence(version: Awaited<ReturnType<typeof docker>>): string | undefined {
  if (!version.ok) return `no docker engine answers (${version.message})`;
  // The Windows runners of GitHub have an engine, but one for Windows containers.
  return version.stdout === 'linux'
    ? undefined
    : `the docker engine runs ${version.stdout} containers, not Linux ones`;
}

function tell(message: string): void {
  process.stderr.write(`emulator: ${message}\n`);
}
