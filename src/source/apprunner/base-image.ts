import type { ManagedBuild } from './config.ts';
import { type Addition, amazonLinux, type CacheFolder, families, parts } from './runtime-images.ts';

/** What a stage of the generated Dockerfile begins with. */
export type BaseImage = {
  readonly reference: string;
  /** Runs the phases and the start command. */
  readonly shell: '/bin/bash' | '/bin/sh';
  /** Named by the user: it may have a user who cannot install anything. */
  readonly isOwn: boolean;
  /** Instructions that complete the image, with why. */
  readonly setUp: readonly SetUp[];
};

export type SetUp = { readonly because: string; readonly lines: readonly string[] };

export type BaseImages = {
  readonly build: BaseImage;
  readonly run: BaseImage;
  readonly caches: readonly CacheFolder[];
  /** What the user should know about the choice. */
  readonly notes: readonly string[];
};

/** Inputs that name images of the user's own. */
export type ImageOverrides = {
  readonly runtimeImage: string | undefined;
  readonly buildImage: string | undefined;
};

/** The package managers of Amazon Linux, as a word of a command. */
const usesDnf = /(?:^|[\s;&|(])(?:yum|dnf|microdnf|amazon-linux-extras)\s/;

export function chooseBaseImages(build: ManagedBuild, overrides: ImageOverrides): BaseImages {
  const { runtime } = build;
  const family = families[runtime.family];
  const commands = [...listCommands(build), build.startCommand].join('\n');
  const onAmazonLinux = usesDnf.test(commands) ? family.onAmazonLinux?.(runtime.version) : undefined;
  const chosen =
    onAmazonLinux === undefined
      ? officialImage(family.image(runtime.version, commands), additionsFor(family.additions, commands))
      : amazonLinuxImage(runtime.name, onAmazonLinux);
  const run = overrides.runtimeImage === undefined ? chosen : ownImage(overrides.runtimeImage);
  // What is compiled in the one has to run in the other: an image of the user's stands for both unless he names two.
  const forBuild = overrides.buildImage ?? overrides.runtimeImage;
  const usesChosen = overrides.runtimeImage === undefined || forBuild === undefined;
  const isOther = onAmazonLinux !== undefined && !onAmazonLinux.version.startsWith(parts(runtime.version, 2));
  return {
    build: forBuild === undefined ? chosen : ownImage(forBuild),
    run,
    caches: family.caches,
    notes:
      usesChosen && isOther
        ? [
            `Amazon Linux 2023, which yum and dnf need, has no ${runtime.family} ${runtime.version}: ${onAmazonLinux.version} is used`,
          ]
        : [],
  };
}

function listCommands({ phases, preRun }: ManagedBuild): readonly string[] {
  return [...phases.preBuild, ...phases.build, ...phases.postBuild, ...preRun];
}

function officialImage(reference: string, setUp: readonly SetUp[]): BaseImage {
  return { reference, shell: '/bin/bash', isOwn: false, setUp };
}

function additionsFor(additions: readonly Addition[], commands: string): readonly SetUp[] {
  return additions.filter(({ usedBy }) => usedBy.test(commands));
}

/** What commands written for App Runner's images count on, and the small image leaves out. */
const basics = ['findutils', 'gcc', 'gcc-c++', 'git', 'gzip', 'make', 'tar', 'unzip', 'which'];

function amazonLinuxImage(
  name: string,
  { packages, lines }: { readonly packages: readonly string[]; readonly lines: readonly string[] },
): BaseImage {
  const install = `RUN dnf install --assumeyes ${[...basics, ...packages].join(' ')} && dnf clean all`;
  const because = `The commands use yum or dnf, which the official image for ${name} does not have.`;
  return {
    reference: amazonLinux,
    shell: '/bin/bash',
    isOwn: false,
    setUp: [{ because, lines: [install, ...lines] }],
  };
}

/** Alpine has no bash, which is what App Runner's own images run commands in. */
function ownImage(reference: string): BaseImage {
  return {
    reference,
    shell: /alpine|busybox/i.test(reference) ? '/bin/sh' : '/bin/bash',
    isOwn: true,
    setUp: [],
  };
}
