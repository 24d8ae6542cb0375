import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Runner } from '../../github/runner.ts';
import { renderDockerfile } from '../../source/apprunner/dockerfile.ts';
import { observeDocker } from '../../source/docker/detect.ts';
import { locate, locateSource } from '../../source/locate.ts';
import type { BuildInputs } from '../model/inputs.ts';

/**
 * Writes the Dockerfile that stands for what App Runner would have built, shows it in the log, and returns its path. Not
 * in the workspace: a step after this one may commit what it finds there. It stays until the job ends, as an output.
 */
export async function generateDockerfile(build: BuildInputs, runner: Runner): Promise<string | undefined> {
  const { generated } = build;
  if (generated === undefined) return undefined;
  const docker = await observeDocker(runner.cancelled);
  const buildKit = docker.kind !== 'ready' || docker.builder.kind === 'buildx' || docker.builder.buildKit;
  const { origin, port, folder } = generated;
  const { runtimeImage, buildImage } = build.from;
  const options = { origin, port, folder, buildKit, runtimeImage, buildImage };
  const { text, notes } = renderDockerfile(generated.build, options);
  const target = await mkdtemp(path.join(runner.context.tempDir ?? tmpdir(), 'generated-'));
  const file = path.join(target, 'Dockerfile');
  await writeFile(file, text);
  await writeFile(`${file}.dockerignore`, await readIgnored(build, runner.context.workspace));
  const shown = renderDockerfile(hideEnvironment(generated.build), options).text;
  await runner.group('The Dockerfile that was generated', async () => {
    for (const line of shown.trimEnd().split('\n')) runner.info(line);
  });
  for (const note of notes) await runner.notice(note);
  if (!buildKit) {
    await runner.notice(
      'The Docker of this runner has no BuildKit: nothing is cached, and the image is larger. Run docker/setup-buildx-action before this step to get BuildKit.',
    );
  }
  return file;
}

/** Whoever reads the log need not read the file, and the values may be tokens. */
function hideEnvironment<Build extends { readonly buildEnvironment: readonly { readonly name: string }[] }>(
  build: Build,
) {
  return { ...build, buildEnvironment: build.buildEnvironment.map(({ name }) => ({ name, value: '***' })) };
}

/** An ignore file beside the Dockerfile takes the place of the user's own, so it begins with what that says. */
async function readIgnored(build: BuildInputs, workspace: string): Promise<string> {
  const { source, from } = build;
  const located = await locateSource({ workspace, source, context: from.context, dockerfile: undefined });
  if (located.kind === 'unusable') return '.git\n';
  const own = await locate(workspace, located.context, '.dockerignore');
  const text = own.kind === 'found' && own.stats.isFile() ? await readFile(own.path, 'utf8') : '';
  return `${text.replace(/\n?$/, '\n')}# The history is no part of an image.\n.git\n**/.git\n`;
}
