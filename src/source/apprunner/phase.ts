import type { Pair } from '../../parse-pairs.ts';

/**
 * A list of arguments for RUN and CMD, one a line where it is long. docker takes it as JSON, so every byte of a command
 * arrives as it is: quotes, line breaks, `$()`, backslashes and here-documents mean nothing to the Dockerfile.
 */
export function execArray(argv: readonly string[]): string {
  return `[${argv.map(quoteJson).join(', ')}]`;
}

function quoteJson(text: string): string {
  return JSON.stringify(text);
}

type PhaseOptions = {
  readonly shell: string;
  /** Folders of package managers that are kept between builds and are no part of the image. */
  readonly caches: readonly string[];
  readonly buildKit: boolean;
};

/** All commands of a phase, in one shell. */
export function runPhase(
  commands: readonly string[],
  { shell, caches, buildKit }: PhaseOptions,
): readonly string[] {
  if (commands.length === 0) return [];
  const script = buildKit ? '/mnt/run' : '/phase/run';
  const mounts = buildKit
    ? [
        ...caches.map((path) => `--mount=type=cache,target=${path}`),
        '--mount=type=bind,from=phase,source=/phase,target=/mnt',
      ]
    : [];
  const last = commands.length - 1;
  const lines = [
    ...mounts.map((mount) => `${mount} \\`),
    `[${quoteJson(shell)}, ${quoteJson(script)}, \\`,
    ...commands.map((command, index) => ` ${quoteJson(command)}${index === last ? ']' : ', \\'}`),
  ];
  return lines.map((line, index) => `${index === 0 ? 'RUN ' : '    '}${line}`);
}

/** `$_command` is what runs; a name that no command uses by chance. */
const script = [
  'set -e',
  'trap \'_code=$?; [ $_code = 0 ] || echo "exit code $_code from: $_command" >&2\' EXIT',
  'for _command; do',
  '  printf \'+ %s\\n\' "$_command"',
  '  eval "$_command"',
  'done',
];

/** The script that runs a phase. It also holds `build.env`: no stage that is shipped has it, not even in its history. */
export function scriptStage(
  environment: readonly Pair[],
  { from, shell }: { readonly from: string; readonly shell: string },
): readonly string[] {
  const lines = [...environment.map(({ name, value }) => `export ${name}=${quoteShell(value)}`), ...script];
  const write = 'mkdir /phase && printf \'%s\\n\' "$@" > /phase/run';
  return [
    '# Runs the commands of a phase in one shell, so that cd and export carry over. The first that fails ends the build.',
    ...(environment.length > 0
      ? ['# build.env is for the phases alone: it is in no layer of the image.']
      : []),
    `FROM ${from} AS phase`,
    `RUN ["${shell}", "-c", ${quoteJson(write)}, "phase", \\`,
    ...lines.map((line, index) => `     ${quoteJson(line)}${index === lines.length - 1 ? ']' : ', \\'}`),
  ];
}

function quoteShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
