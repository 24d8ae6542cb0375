import { execLast } from '../exec-last.ts';
import { type BaseImage, type BaseImages, chooseBaseImages, type ImageOverrides } from './base-image.ts';
import { defaultPort, type ManagedBuild } from './config.ts';
import { listInstalls } from './installs.ts';
import { execArray, runPhase, scriptStage } from './phase.ts';
import type { CacheFolder } from './runtime-images.ts';

export type DockerfileOptions = ImageOverrides & {
  /** Where the settings come from, for the head of the file. */
  readonly origin: 'apprunner.yaml' | 'inputs';
  readonly port: number | undefined;
  /** Of the source in the build context; `''`: they are the same. */
  readonly folder: string;
  /** Without BuildKit there are no mounts: no caches, and a larger image. */
  readonly buildKit: boolean;
};

export type GeneratedDockerfile = {
  readonly text: string;
  /** What the user should know about it. */
  readonly notes: readonly string[];
};

/**
 * A Dockerfile that builds as App Runner does ("Managed runtime versions build" in its developer guide): build stage,
 * post-build from there, and a run stage that gets /app alone.
 */
export function renderDockerfile(build: ManagedBuild, options: DockerfileOptions): GeneratedDockerfile {
  const images = chooseBaseImages(build, options);
  const stages = [
    renderHead(build, options),
    ...renderBases(images, options),
    ...renderPhaseStages(build, images, options),
    renderRunStage(build, images, options),
  ];
  return { text: `${stages.map((lines) => lines.join('\n')).join('\n\n')}\n`, notes: images.notes };
}

type Lines = readonly string[];

function renderHead({ runtime }: ManagedBuild, { origin }: DockerfileOptions): Lines {
  return [
    `# Builds what App Runner built from ${origin}: runtime ${runtime.name}, ${runtime.buildKind} build.`,
    '# To continue with a Dockerfile of your own, commit this one, and add .git to .dockerignore.',
  ];
}

/** One stage when both images are the same. */
function renderBases(images: BaseImages, { folder }: DockerfileOptions): readonly Lines[] {
  const { build, run } = images;
  if (build.reference === run.reference) return [renderBase(run, 'base', folder)];
  return [renderBase(build, 'build-base', folder), renderBase(run, 'base', folder)];
}

function renderBase({ reference, shell, isOwn, setUp }: BaseImage, name: string, folder: string): Lines {
  const [user, group] = [`app:x:10001:10001:app:/home/app:${shell}`, 'app:x:10001:'];
  return [
    `FROM ${reference} AS ${name}`,
    ...(isOwn ? ['USER root'] : []),
    ...setUp.flatMap(({ because, lines }) => [`# ${because}`, ...lines]),
    // Written by hand: useradd is missing in the images of Amazon Linux, and is another one on Alpine.
    '# The user that the application runs as; its home is that of the commands below, too.',
    `RUN echo '${user}' >> /etc/passwd && \\`,
    `    echo '${group}' >> /etc/group && \\`,
    '    mkdir -p /home/app && chown app:app /home/app',
    'ENV HOME=/home/app',
    `WORKDIR /app${folder === '' ? '' : `/${folder}`}`,
  ];
}

function renderPhaseStages(
  build: ManagedBuild,
  images: BaseImages,
  options: DockerfileOptions,
): readonly Lines[] {
  const { phases, buildEnvironment } = build;
  const { buildKit } = options;
  const { shell } = images.build;
  const from = images.build.reference === images.run.reference ? 'base' : 'build-base';
  const phase = (commands: readonly string[]) =>
    runPhase(commands, { shell, caches: cachesFor(commands, images.caches), buildKit });
  const postBuild: Lines = [
    '# Runs after the build; what it leaves behind is not shipped.',
    'FROM build AS post-build',
    ...phase(phases.postBuild),
  ];
  return [
    scriptStage(buildEnvironment, { from, shell }),
    [
      `FROM ${from} AS build`,
      ...(buildKit ? [] : ['COPY --from=phase /phase /phase']),
      options.folder === '' ? 'COPY . .' : 'COPY . /app',
      // BuildKit leaves it out by an ignore file beside this Dockerfile; the classic builder reads no such file.
      ...(buildKit ? [] : ['RUN rm -rf /app/.git']),
      ...labelled('pre-build', phase(phases.preBuild)),
      ...labelled('build', phase(phases.build)),
    ],
    ...(phases.postBuild.length === 0 ? [] : [postBuild]),
  ];
}

/** A script may use any of them. */
function cachesFor(commands: readonly string[], caches: readonly CacheFolder[]): readonly string[] {
  const text = commands.join('\n');
  const isScripted = /\.sh\b|\bmake\b/.test(text);
  return caches.filter(({ usedBy }) => isScripted || usedBy.test(text)).map(({ path }) => path);
}

function labelled(name: string, lines: Lines): Lines {
  return lines.length === 0 ? [] : [`# ${name}`, ...lines];
}

/** Only /app is taken over. Without BuildKit, what the phases saw is left behind by one more copy. */
function renderRunStage(build: ManagedBuild, images: BaseImages, options: DockerfileOptions): Lines {
  const { runtime, phases, preRun } = build;
  const { shell } = images.run;
  const { buildKit } = options;
  const again = runtime.buildKind === 'original' ? phases.build : [];
  const caches = images.caches.filter((cache) => !cache.isNeededAtRun);
  const phase = (commands: readonly string[]) =>
    runPhase(commands, { shell, caches: cachesFor(commands, caches), buildKit });
  const onRunImage = [
    ...labelled('build, again: what it installs outside of /app has to be here, too', phase(again)),
    ...labelled('pre-run', phase(preRun)),
  ];
  const root = needsRoot(build, options.port);
  const owner = root !== undefined ? '' : '--chown=app:app ';
  const copied = `COPY --from=build ${owner}/app /app`;
  const flattened = !buildKit && onRunImage.length > 0;
  return [
    ...(flattened
      ? [
          'FROM base AS prepared',
          'COPY --from=phase /phase /phase',
          copied,
          ...onRunImage,
          'RUN rm -r /phase',
          '',
          '# A copy, so that no layer of the image holds what only the commands were to see.',
          'FROM base AS run',
          'COPY --from=prepared / /',
        ]
      : ['FROM base AS run', copied, ...onRunImage]),
    ...(buildKit && phases.postBuild.length > 0
      ? [
          '# Makes the builder run post-build, and takes nothing from it.',
          `RUN --mount=type=bind,from=post-build,target=/mnt ${execArray([shell, '-c', 'true'])}`,
        ]
      : []),
    ...renderUserTools(build.startCommand),
    ...renderUser(root, images.run),
    `EXPOSE ${options.port ?? defaultPort}`,
    ...renderStart(build.startCommand, shell),
  ];
}

/** pip falls back to the user's folder by itself; npm and yarn have to be told. */
function renderUserTools(startCommand: string): Lines {
  if (!listInstalls(startCommand).some(({ tool }) => ['pip', 'npm', 'yarn'].includes(tool))) return [];
  return [
    '# What the start command installs goes to the home of the user, and is found there.',
    'ENV PATH=/home/app/.local/bin:$PATH NPM_CONFIG_PREFIX=/home/app/.local',
  ];
}

function renderUser(root: string | undefined, { shell }: BaseImage): Lines {
  if (root !== undefined) return [`# As root: ${root}.`];
  // busybox knows no --from, with which nothing is copied that belongs to the user already.
  const from = shell === '/bin/bash' ? '--from=root ' : '';
  return [`RUN chown -R ${from}app:app /app /home/app`, 'USER app'];
}

const installers = /(?:^|[\s;&|(])(?:sudo|yum|dnf|microdnf|apt-get|apt|apk)\s/;

/** Why the application cannot do without being root; `undefined`: it can. */
function needsRoot({ startCommand }: ManagedBuild, port: number | undefined): string | undefined {
  if (port !== undefined && port < 1024) return `port ${port} may be closed to other users`;
  return installers.test(startCommand) ? 'the start command installs packages' : undefined;
}

function renderStart(startCommand: string, shell: string): Lines {
  const command = execLast(startCommand);
  return [
    ...(command === undefined
      ? ['# The shell stays in front of the application, which may not hear of SIGTERM before ECS kills it.']
      : []),
    // The images have entrypoints of their own.
    'ENTRYPOINT []',
    `CMD ${execArray([shell, '-c', command ?? startCommand])}`,
  ];
}
