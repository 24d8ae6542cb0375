import type { BuildKind, RuntimeFamily } from './runtimes.ts';

/**
 * The images that stand in for App Runner's own, which nobody else can pull: those of the languages in Amazon ECR Public,
 * which asks for no login and has no rate limit that a build would meet.
 */
const ecrPublic = 'public.ecr.aws/docker/library';
export const amazonLinux = 'public.ecr.aws/amazonlinux/amazonlinux:2023';

/** A folder that package managers download to. */
export type CacheFolder = {
  readonly path: string;
  /** Commands with this word fill it. */
  readonly usedBy: RegExp;
  /** The application may need it at run time, as `mvn spring-boot:run` does: it is cached only where nothing is shipped. */
  readonly isNeededAtRun: boolean;
};

export type Family = {
  /** How people and App Runner spell it, without digits. */
  readonly spellings: readonly string[];
  /** Where no version is said at all. */
  readonly newest: string;
  /** How many digits of its name belong to the first part of the version: `python311` is 3.11, `nodejs20` is 20. */
  readonly majorDigits: 1 | 2;
  /** How many parts of a version the tags of its images have. */
  readonly tagParts: 1 | 2 | 3;
  /** Of runtimes that App Runner never had. */
  readonly buildKind: BuildKind;
  /** `commands`: all of them, as one text. */
  readonly image: (version: string, commands: string) => string;
  readonly caches: readonly CacheFolder[];
  /** What has to be put into the official image, by what the commands use. */
  readonly additions: readonly Addition[];
  /** How to have it on Amazon Linux 2023; `undefined`: its image is Amazon Linux already. */
  readonly onAmazonLinux: ((version: string) => AmazonLinuxSetup) | undefined;
};

export type Addition = {
  /** `undefined`: always. */
  readonly usedBy: RegExp;
  readonly because: string;
  readonly lines: readonly string[];
};

export type AmazonLinuxSetup = {
  /** What is really installed, which may be newer than what was asked for. */
  readonly version: string;
  readonly packages: readonly string[];
  /** Instructions after that. */
  readonly lines: readonly string[];
};

const home = '/home/app';

export const families: Readonly<Record<RuntimeFamily, Family>> = {
  python: {
    spellings: ['python', 'py'],
    newest: '3.13',
    majorDigits: 1,
    tagParts: 3,
    // Written like python3: what is installed in build is expected to be there at run time.
    buildKind: 'original',
    image: (version) => `${ecrPublic}/python:${version}`,
    caches: [{ path: `${home}/.cache/pip`, usedBy: /\b(?:pip3?|pipenv|poetry)\b/, isNeededAtRun: false }],
    additions: [],
    onAmazonLinux: pythonOnAmazonLinux,
  },
  nodejs: {
    spellings: ['nodejs', 'node'],
    newest: '22',
    majorDigits: 2,
    tagParts: 3,
    buildKind: 'revised',
    image: (version) => `${ecrPublic}/node:${version}`,
    caches: [
      { path: `${home}/.npm`, usedBy: /\b(?:npm|npx)\b/, isNeededAtRun: false },
      // Where yarn keeps it for root, whatever HOME is.
      { path: '/usr/local/share/.cache/yarn', usedBy: /\byarn\b/, isNeededAtRun: false },
      { path: `${home}/.local/share/pnpm/store`, usedBy: /\bpnpm\b/, isNeededAtRun: false },
    ],
    additions: [
      {
        usedBy: /\bpnpm\b/,
        because: 'The image has npm and yarn only.',
        lines: ['RUN ["npm", "install", "--global", "pnpm"]'],
      },
    ],
    // Built for glibc 2.28 and newer, so that they run there as they are.
    onAmazonLinux: (version) => ({
      version,
      packages: [],
      lines: [
        `COPY --from=${ecrPublic}/node:${version} /usr/local/ /usr/local/`,
        `COPY --from=${ecrPublic}/node:${version} /opt/ /opt/`,
      ],
    }),
  },
  corretto: {
    spellings: ['corretto', 'amazoncorretto', 'java', 'openjdk', 'jdk'],
    newest: '21',
    majorDigits: 2,
    tagParts: 1,
    buildKind: 'original',
    image: javaImage,
    caches: [
      { path: `${home}/.m2`, usedBy: /\bmvnw?\b/, isNeededAtRun: true },
      { path: `${home}/.gradle`, usedBy: /\bgradlew?\b/, isNeededAtRun: true },
    ],
    additions: [
      {
        usedBy: /\b(?:mvnw?|gradlew?)\b/,
        because:
          'Java takes the home of root from /etc/passwd, and would download where the application cannot read.',
        lines: [`ENV MAVEN_ARGS=-Dmaven.repo.local=${home}/.m2/repository GRADLE_USER_HOME=${home}/.gradle`],
      },
    ],
    onAmazonLinux: undefined,
  },
  dotnet: {
    spellings: ['dotnet', 'net', 'dotnetcore'],
    newest: '8.0',
    majorDigits: 2,
    tagParts: 2,
    buildKind: 'original',
    // Not in ECR Public. Microsoft's registry asks for no login either.
    image: (version) => `mcr.microsoft.com/dotnet/sdk:${version.includes('.') ? version : `${version}.0`}`,
    caches: [{ path: `${home}/.nuget/packages`, usedBy: /\bdotnet\b/, isNeededAtRun: true }],
    additions: [],
    onAmazonLinux: (version) => ({
      version,
      packages: [`dotnet-sdk-${version.includes('.') ? version : `${version}.0`}`],
      lines: [],
    }),
  },
  php: {
    spellings: ['php'],
    newest: '8.4',
    majorDigits: 1,
    tagParts: 3,
    buildKind: 'original',
    image: (version) => `${ecrPublic}/php:${version}`,
    caches: [{ path: `${home}/.composer/cache`, usedBy: /\bcomposer\b/, isNeededAtRun: false }],
    additions: [
      {
        usedBy: /\bcomposer\b/,
        because: 'The image has no composer, nor what composer unpacks with.',
        lines: [
          'RUN apt-get update && apt-get install --yes --no-install-recommends git unzip && rm -rf /var/lib/apt/lists/*',
          `COPY --from=${ecrPublic}/composer:2 /usr/bin/composer /usr/local/bin/composer`,
        ],
      },
    ],
    onAmazonLinux: (version) => ({
      version: parts(version, 2),
      packages: ['cli', 'common', 'mbstring', 'mysqlnd', 'pdo', 'pgsql', 'xml', 'zip'].map(
        (extension) => `php${parts(version, 2)}-${extension}`,
      ),
      lines: [`COPY --from=${ecrPublic}/composer:2 /usr/bin/composer /usr/local/bin/composer`],
    }),
  },
  ruby: {
    spellings: ['ruby'],
    newest: '3.4',
    majorDigits: 1,
    tagParts: 3,
    buildKind: 'original',
    image: (version) => `${ecrPublic}/ruby:${version}`,
    caches: [{ path: '/usr/local/bundle/cache', usedBy: /\bbundler?\b/, isNeededAtRun: false }],
    additions: [],
    onAmazonLinux: (version) => {
      const packaged = isOlder(version, '3.3') ? '3.2' : '3.4';
      return {
        version: packaged,
        packages: ['', '-devel', '-rubygem-bundler'].map((suffix) => `ruby${packaged}${suffix}`),
        lines: [],
      };
    },
  },
  go: {
    spellings: ['go', 'golang'],
    newest: '1',
    majorDigits: 1,
    tagParts: 3,
    buildKind: 'original',
    image: (version) => `${ecrPublic}/golang:${version}`,
    caches: [
      { path: '/go/pkg/mod', usedBy: /\bgo\b/, isNeededAtRun: true },
      { path: `${home}/.cache/go-build`, usedBy: /\bgo\b/, isNeededAtRun: false },
    ],
    additions: [],
    onAmazonLinux: (version) => ({
      version,
      packages: [],
      lines: [
        `COPY --from=${ecrPublic}/golang:${version} /usr/local/go/ /usr/local/go/`,
        'ENV PATH=/usr/local/go/bin:$PATH',
      ],
    }),
  },
};

function pythonOnAmazonLinux(asked: string): AmazonLinuxSetup {
  const packaged = ['3.9', '3.11', '3.12', '3.13'];
  const version = packaged.find((candidate) => !isOlder(candidate, parts(asked, 2))) ?? '3.13';
  const name = version === '3.9' ? 'python3' : `python${version}`;
  return {
    version,
    packages: [name, `${name}-pip`, `${name}-devel`],
    // Before the system's Python on the path, not in its place: dnf runs on that.
    lines: [
      `RUN ln -s /usr/bin/python${version} /usr/local/bin/python3 && ln -s /usr/bin/python${version} /usr/local/bin/python && ln -s /usr/bin/pip${version} /usr/local/bin/pip3 && ln -s /usr/bin/pip${version} /usr/local/bin/pip`,
    ],
  };
}

/** The images with a build tool are Amazon Corretto on Amazon Linux, too. */
function javaImage(version: string, commands: string): string {
  const major = parts(version, 1);
  if (/\bgradlew?\b/.test(commands)) {
    // Gradle 8 cannot run on Java 24 and newer, nor Gradle 9 on what is older than 17.
    return `${ecrPublic}/gradle:${Number(major) >= 24 ? 9 : 8}-jdk${major}-corretto`;
  }
  if (/\bmvnw?\b/.test(commands)) return `${ecrPublic}/maven:3-amazoncorretto-${major}`;
  return `${ecrPublic}/amazoncorretto:${major}`;
}

/** The first parts of a version: `parts('3.11.4', 2)` is `3.11`. */
export function parts(version: string, count: number): string {
  return version.split('.').slice(0, count).join('.');
}

/** Compares as many parts as both have. */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (const [index, part] of (left ?? []).entries()) {
    const other = right?.[index];
    if (other === undefined) return false;
    if (part !== other) return part < other;
  }
  return false;
}
