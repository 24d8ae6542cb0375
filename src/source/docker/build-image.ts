import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ActionError } from '../../errors.ts';
import { bareReference } from '../../parse-image-reference.ts';
import { buildxArgv, dockerBuildArgv, dockerPushArgv, type Recipe, repositoryDigestsArgv } from './argv.ts';
import { type RegistryLogin, withPrivateFolder, writeDockerConfig } from './config.ts';
import type { Builder } from './detect.ts';
import { type DockerExit, runDocker } from './docker.ts';
import { type DockerFailure, explainDockerFailure } from './failure.ts';

export type ImageBuild = {
  readonly recipe: Omit<Recipe, 'secrets'>;
  readonly secrets: readonly { readonly id: string; readonly value: string }[];
  readonly builder: Builder;
  readonly login: RegistryLogin;
  /** Where the private folder is made; undefined = the system's place. */
  readonly tempDir: string | undefined;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal | undefined;
};

/** Builds and pushes. Returns the digest of what was pushed: `sha256:` and 64 hexadecimal digits. */
export async function buildAndPush(build: ImageBuild): Promise<string> {
  return withPrivateFolder(build.tempDir, async (folder) => {
    const [config, secrets] = await Promise.all([
      writeDockerConfig(folder, build.login),
      writeSecrets(folder, build.secrets),
    ]);
    const step: Step = { ...build, recipe: { ...build.recipe, secrets }, env: { DOCKER_CONFIG: config } };
    return build.builder.kind === 'buildx'
      ? withBuildx(step, path.join(folder, 'metadata.json'))
      : withDockerBuild(step, build.builder.buildKit);
  });
}

type Step = Pick<ImageBuild, 'log' | 'signal'> & {
  readonly recipe: Recipe;
  readonly env: Readonly<Record<string, string>>;
};

async function writeSecrets(folder: string, secrets: ImageBuild['secrets']): Promise<Recipe['secrets']> {
  const secretsFolder = path.join(folder, 'secrets');
  await mkdir(secretsFolder, { mode: 0o700 });
  return Promise.all(
    secrets.map(async ({ id, value }, index) => {
      // Numbered, so that no id can name a path.
      const file = path.join(secretsFolder, String(index));
      await writeFile(file, value, { mode: 0o600 });
      return { id, file };
    }),
  );
}

async function withBuildx(step: Step, metadataFile: string): Promise<string> {
  await runStep(step, buildxArgv(step.recipe, metadataFile), 'build');
  const metadata = parseAnswer(await readFile(metadataFile, 'utf8').catch(() => ''));
  return requireDigest(Object(metadata)['containerimage.digest']);
}

async function withDockerBuild(step: Step, buildKit: boolean): Promise<string> {
  // Set either way (empty is as good as unset): with 1, a client without BuildKit refuses; with 0, there are no secrets.
  const env = { ...step.env, DOCKER_BUILDKIT: buildKit ? '1' : '' };
  await runStep({ ...step, env }, dockerBuildArgv(step.recipe), 'build');
  let pushed: Exited | undefined;
  for (const reference of step.recipe.references) {
    pushed = await runStep(step, dockerPushArgv(reference), 'push');
  }
  return parsePushedDigest(pushed?.stdout ?? []) ?? requireDigest(await inspectDigest(step));
}

/** `docker push` ends with `TAG: digest: sha256:… size: 1234`; Podman says nothing, but remembers. */
export function parsePushedDigest(lines: readonly string[]): string | undefined {
  return lines.map((line) => /: digest: (sha256:[0-9a-f]{64}) /.exec(line)?.[1]).findLast(Boolean);
}

async function inspectDigest(step: Step): Promise<string | undefined> {
  const [reference = ''] = step.recipe.references;
  const repository = bareReference(reference);
  const { log: _log, ...quiet } = step;
  const { stdout } = await runStep(quiet, repositoryDigestsArgv(reference), 'push');
  const digests = parseAnswer(stdout.join(''));
  return (Array.isArray(digests) ? digests : [])
    .map(String)
    .find((digest) => digest.startsWith(`${repository}@`))
    ?.slice(repository.length + 1);
}

/** What is no JSON is no answer. */
function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function requireDigest(value: unknown): string {
  if (typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)) return value;
  throw new ActionError('push-failed', 'docker pushed the image but did not say its digest', {
    hint: 'Update Docker or its buildx plugin on the runner.',
  });
}

type Exited = Extract<DockerExit, { kind: 'exited' }>;

async function runStep(
  step: Omit<Step, 'log'> & Partial<Pick<Step, 'log'>>,
  argv: readonly string[],
  phase: DockerFailure['phase'],
): Promise<Exited> {
  const { env, signal, log } = step;
  const exit = await runDocker({ argv, env, signal, ...(log && { onLine: log }) });
  if (exit.kind === 'not-found') {
    throw new ActionError('build-failed', 'docker is not installed on this runner', {
      hint: 'Give image to deploy one that is already built, or run on a runner with Docker.',
    });
  }
  if (exit.exitCode !== 0) throw toBuildError(explainDockerFailure(exit.lines, phase), exit.exitCode);
  return exit;
}

function toBuildError(failure: DockerFailure, exitCode: number): ActionError {
  const [code, doing] =
    failure.phase === 'push'
      ? (['push-failed', 'push the image'] as const)
      : (['build-failed', 'build the image'] as const);
  const message = [
    `could not ${doing}: ${failure.cause} (docker exit code ${exitCode})`,
    ...failure.output.map((line) => `  ${line}`),
  ].join('\n');
  return new ActionError(code, message, failure.hint === undefined ? {} : { hint: failure.hint });
}
