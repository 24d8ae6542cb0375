import { stripVTControlCharacters } from 'node:util';

/**
 * Reads why docker failed from what it printed. docker has no error codes: its text is all there is. Forms are of
 * BuildKit through buildx, of the classic builder, and of ECR's registry.
 */
export type DockerFailure = {
  /** `push`: the image was made, and the registry did not take it, or its cache. */
  readonly phase: 'build' | 'push';
  /** The error in docker's words, without what it is wrapped in. */
  readonly cause: string;
  /** What the failing step printed last. */
  readonly output: readonly string[];
  readonly hint: string | undefined;
};

const outputLines = 5;

export function explainDockerFailure(
  lines: readonly string[],
  phase: 'build' | 'push' = 'build',
): DockerFailure {
  const texts = lines.map(withoutColour).filter((line) => line !== '' && !advice.test(line));
  const cause = findCause(texts);
  const block = failingBlock(texts) ?? failingStep(texts);
  const during = phase === 'push' || isPush(cause, block.title) ? 'push' : 'build';
  return {
    phase: during,
    cause: block.output.map(readPhaseError).findLast(Boolean) ?? cause,
    output: block.output.slice(-outputLines),
    hint: findHint(during, cause, block.output),
  };
}

/**
 * buildx ends with `ERROR: …`, and sometimes goes on with advice or a link; everything else ends with the error. Where
 * what a program prints is not prefixed, an `ERROR: …` may be the program's.
 */
function findCause(lines: readonly string[]): string {
  const start = lines.some(isStep) ? -1 : lines.findLastIndex((line) => line.startsWith('ERROR: '));
  const whole = start < 0 ? (lines.at(-1) ?? 'docker printed nothing') : (lines[start] ?? '');
  return whole.replace(wrapping, '');
}

/** Of the classic builder, and of Podman. */
function isStep(line: string): boolean {
  return /^(?:Step|STEP) \d+\/\d+ ?: /.test(line);
}

const wrapping =
  /^(?:(?:ERROR|Error response from daemon|failed to solve|rpc error|failed to solve with frontend \S+|failed to create LLB definition|failed to compute cache key): (?:code = \w+ desc = )?)+/;

/** The classic builder prints what a step says on its error stream in red. */
function withoutColour(line: string): string {
  return stripVTControlCharacters(line).trimEnd();
}

/** What the script of a generated Dockerfile ends with; docker names all commands of the phase instead. */
function readPhaseError(line: string): string | undefined {
  return /^(?:\d+\.\d+ )?(exit code \d+ from: .*)/.exec(line)?.[1];
}

/** What docker adds to a usage error, after it. */
const advice = /^(?:Usage: |(?:Run|See) '?docker .*--help)/;

type Block = { readonly title: string; readonly output: readonly string[] };

/** buildx repeats the failing step between two rules: ` > [2/3] RUN npm ci:`, then its last lines. */
function failingBlock(lines: readonly string[]): Block | undefined {
  const end = lines.lastIndexOf('------');
  const start = end < 1 ? -1 : lines.lastIndexOf('------', end - 1);
  if (start < 0) return undefined;
  const [title = '', ...output] = lines.slice(start + 1, end);
  // Else it is a program that prints rules.
  return title.startsWith(' > ') ? { title, output } : undefined;
}

/** The classic builder prints `Step 2/3 : RUN npm ci`, what the step prints, and the error. */
function failingStep(lines: readonly string[]): Block {
  const step = lines.findLastIndex(isStep);
  if (step < 0) return { title: '', output: [] };
  const output = lines.slice(step + 1, -1).filter((line) => !/^(?: ---> |Removing intermediate )/.test(line));
  return { title: lines[step] ?? '', output };
}

function isPush(cause: string, title: string): boolean {
  return (
    /^ > (?:pushing |exporting (?:to image|cache))/.test(title) ||
    /^(?:failed to push |error writing (?:layer blob|manifest blob))/.test(cause)
  );
}

/**
 * Hints rest on docker's own words. What the program under build prints may be about anything: its `401` is of a registry
 * that it asked itself, its `x509` of a server that docker never met.
 */
function findHint(
  phase: DockerFailure['phase'],
  cause: string,
  output: readonly string[],
): string | undefined {
  if (output.some((line) => foreignProgram.test(line)) && programEnd.test(cause)) return foreignHint;
  // Before that, docker quotes the command, whose words are the user's.
  const evidence = cause.replace(programEnd, '');
  return hints.find((hint) => (hint.phase ?? phase) === phase && hint.pattern.test(evidence))?.hint;
}

/** How docker says that a program ended: BuildKit, BuildKit before 0.9, the classic builder, Podman. */
const programEnd =
  /^(?:process ".*" did not complete successfully|executor failed running \[.*\]|The command '.*' returned a|Error: building at STEP ".*": while running runtime):? /;

/** What runc prints into the output of a step that it could not start. */
const foreignProgram =
  /^(?:\d+\.\d+ )?(?:exec \/\S+: |standard_init_linux\.go:\d+: exec user process caused:? "?)exec format error"?$/;

const foreignHint =
  'The runner cannot run programs of that platform: use a runner of the same architecture, or docker/setup-qemu-action before this step.';

type Hint = {
  readonly pattern: RegExp;
  readonly hint: string;
  /** Where the same words mean something else in the other phase, or nothing. */
  readonly phase?: DockerFailure['phase'];
};

const hints: readonly Hint[] = [
  {
    phase: 'push',
    pattern: /cannot be overwritten because the tag is immutable|ImageTagAlreadyExists/i,
    hint: 'The tag is taken in a repository with immutable tags: leave it out of image-tags, or exclude it from immutability in ECR.',
  },
  {
    phase: 'push',
    pattern: /repository with name .* does not exist|name unknown|RepositoryNotFound/i,
    hint: 'The repository was deleted in the meantime: run the job again. It creates the repository.',
  },
  {
    pattern: /not authorized to perform: (?:ecr:\w+)/i,
    hint: 'Allow that action on the repository in the policy of the role that the workflow assumes.',
  },
  {
    phase: 'push',
    pattern: /no basic auth credentials|authorization token has expired|\b401 Unauthorized/i,
    hint: 'The registry did not accept the login: check that the AWS credentials of the job last longer than the build.',
  },
  {
    pattern: /no space left on device/i,
    hint: 'Free disk space on the runner before this step, or use a larger one.',
  },
  {
    phase: 'build',
    pattern: /no basic auth credentials|authorization token has expired|\b401 Unauthorized/i,
    hint: 'Log in to the registry of the base image before this step.',
  },
  {
    phase: 'push',
    pattern: /toomanyrequests|\b429 Too Many Requests/i,
    hint: 'The registry limits the number of requests: run the job again later.',
  },
  {
    phase: 'build',
    pattern: /toomanyrequests|pull rate limit|\b429 Too Many Requests/i,
    hint: 'Log in to that registry before this step, or take the base image from public.ecr.aws.',
  },
  {
    pattern: /target stage .* could not be found|failed to reach build target/i,
    hint: 'Set build-target to the name of a stage of the Dockerfile.',
  },
  {
    pattern: /dockerfile parse error|unknown instruction/i,
    hint: 'Correct the line of the Dockerfile that is named.',
  },
  { pattern: /exec format error/i, hint: foreignHint },
  {
    pattern: /no match for platform|does not match the specified platform/i,
    hint: 'The base image does not exist for that platform: choose another base image, or another cpu-architecture.',
  },
  {
    pattern: /exit code: 137\b|non-zero code: 137\b|signal: killed/i,
    hint: 'The step was killed, most likely because memory ran out: use a larger runner.',
  },
  {
    pattern: /--mount option requires BuildKit|unknown flag: --secret/i,
    hint: 'Run docker/setup-buildx-action before this step: the Docker here has no BuildKit.',
  },
  {
    pattern: /^unknown flag: /i,
    hint: 'Update Docker or its buildx plugin on the runner, or run docker/setup-buildx-action before this step.',
  },
  {
    pattern: /file not found in build context|"[^"]+": not found|"[^"]+" not found/i,
    hint: 'Check that the file is in the source folder, is checked out, and is not excluded by .dockerignore.',
  },
  {
    phase: 'build',
    pattern:
      /manifest unknown|name unknown|repository with name .* does not exist|RepositoryNotFound|pull access denied|source metadata for .*: not found$|^\S+: not found$/i,
    hint: 'Check the name of the base image, and log in to its registry before this step if it is private.',
  },
  {
    pattern: /connection refused|i\/o timeout|TLS handshake timeout|no such host|connection reset|x509:/i,
    hint: 'Check the network of the runner: proxy, firewall and certificates of the Docker engine are its own.',
  },
];
