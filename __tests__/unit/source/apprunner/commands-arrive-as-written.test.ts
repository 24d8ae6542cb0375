import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ManagedBuild } from '../../../../src/source/apprunner/config.ts';
import { renderDockerfile } from '../../../../src/source/apprunner/dockerfile.ts';
import { managedBuild } from '../../../helpers/managed-build.ts';
import { type Instruction, parseDockerfile } from '../../../helpers/parse-dockerfile.ts';

const render = (build: ManagedBuild, buildKit = true) =>
  parseDockerfile(
    renderDockerfile(build, {
      origin: 'apprunner.yaml',
      port: undefined,
      folder: '',
      buildKit,
      runtimeImage: undefined,
      buildImage: undefined,
    }).text,
  );

/** What the phase script is called with. */
const commandsOf = (instructions: readonly Instruction[]) =>
  instructions
    .filter(({ name, rest }) => name === 'RUN' && /^\["\/bin\/bash", "\/(?:mnt|phase)\/run"/.test(rest))
    .map(({ rest }) => (JSON.parse(rest) as string[]).slice(2));

const nasty = fc.constantFrom(
  '"',
  "'",
  '\\',
  '\n',
  '\\\n',
  '\r\n',
  '#',
  '\n# FROM x',
  '$(id)',
  '`id`',
  '$' + '{A}',
  '<<EOF\nFROM x\nEOF',
  "<<'E'",
  '"]',
  '\t',
  '\u2028',
  '😀',
  '--mount=x',
  '\nRUN x',
  ' \\',
  '%s',
  '&&',
  '*',
  '\u0001',
  'é',
);
/** Anything but what no argument can hold, made of what could break out of a Dockerfile. */
const commandText = fc
  .array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 6 })), { minLength: 1, maxLength: 8 })
  .map((pieces) => pieces.join('').replaceAll('\0', ''))
  .filter((text) => text.isWellFormed() && text !== '');
const commandTexts = fc.array(commandText, { minLength: 1, maxLength: 3 });

test.each([true, false])('every text is one argument and nothing else (BuildKit: %s)', (buildKit) => {
  fc.assert(
    fc.property(commandTexts, commandTexts, commandTexts, (preBuild, build, postBuild) => {
      const plain = render(
        managedBuild({ preBuild: ['a'], build: ['b'], postBuild: ['c'], startCommand: 'd' }),
        buildKit,
      );
      const instructions = render(managedBuild({ preBuild, build, postBuild, startCommand: 'd' }), buildKit);
      expect(commandsOf(instructions)).toEqual([preBuild, build, postBuild]);
      const others = (all: readonly Instruction[]) =>
        all.filter(({ rest }) => !rest.startsWith('["/bin/bash", "/'));
      const names = (all: readonly Instruction[]) =>
        others(all)
          .filter(({ name }) => name !== 'COPY' && name !== 'FROM')
          .map(({ name }) => name);
      expect(names(instructions)).toEqual(names(plain));
    }),
  );
});

test('the start command is one argument, too', () => {
  fc.assert(
    fc.property(commandText, (startCommand) => {
      const cmd = render(managedBuild({ startCommand })).find(({ name }) => name === 'CMD');
      const [shell, option, command] = JSON.parse(cmd?.rest ?? '') as string[];
      expect([shell, option]).toEqual(['/bin/bash', '-c']);
      expect([startCommand, startCommand.replace(/exec /, '')]).toContain(
        command === startCommand ? command : command?.replace(/exec /, ''),
      );
    }),
  );
});

describe('in a shell', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'phase-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the phase script of the Dockerfile as the build would. */
  function runPhase(build: ManagedBuild, commands: readonly string[], shell = 'bash') {
    const [stage] = render(build).filter(({ rest }) => rest.includes('> /phase/run'));
    const [, , write = '', ...lines] = JSON.parse(stage?.rest ?? '') as string[];
    const script = join(folder, 'run');
    spawnSync(shell, ['-c', write.replace('mkdir /phase && ', '').replace('/phase/run', script), ...lines]);
    const { status, stdout, stderr } = spawnSync(shell, [script, ...commands], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  test('every byte arrives', () => {
    const target = join(folder, 'out');
    fc.assert(
      fc.property(commandText, fc.constantFrom('bash', 'sh'), (text, shell) => {
        const command = `printf %s '${text.replaceAll("'", "'\\''")}' > ${target}; cat ${target}`;
        const { status, stdout } = runPhase(managedBuild({}), [command], shell);
        expect(status).toBe(0);
        expect(stdout).toBe(`+ ${command}\n${text}`);
      }),
      { numRuns: 40 },
    );
  });

  test('cd and export carry over from command to command', () => {
    const { stdout } = runPhase(managedBuild({}), ['cd / && export A=1', 'echo "$PWD $A"']);
    expect(stdout).toContain('\n/ 1\n');
  });

  test.each([
    ['a program that fails', 'false'],
    ['one that does not exist', 'no-such-program'],
    ['a list that fails', 'true && false'],
    ['a text that is no shell', 'if then'],
    ['an exit', 'exit 3'],
  ])('the first failure ends the phase and is named: %s', (_name, command) => {
    const { status, stdout, stderr } = runPhase(managedBuild({}), ['echo before', command, 'echo after']);
    expect(status).not.toBe(0);
    expect(stdout).toContain('before');
    expect(stdout).not.toContain('after');
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(`exit code ${status} from: ${command}`);
  });

  test('build.env is there, byte for byte', () => {
    fc.assert(
      fc.property(commandText, (value) => {
        const build = managedBuild({ buildEnvironment: [{ name: 'VALUE', value }] });
        expect(runPhase(build, ['printf %s "$VALUE"']).stdout).toBe(`+ printf %s "$VALUE"\n${value}`);
      }),
      { numRuns: 30 },
    );
  });
});

test('build.env is in no instruction of a stage that is shipped', () => {
  const buildEnvironment = [{ name: 'TOKEN', value: 'hush' }];
  for (const buildKit of [true, false]) {
    for (const runtime of ['python311', 'python3']) {
      const build = managedBuild({ runtime, build: ['pip install .'], preRun: ['x'], buildEnvironment });
      const instructions = render(build, buildKit);
      const holders = instructions.filter(({ rest }) => rest.includes('hush') || rest.includes('TOKEN'));
      expect(holders).toHaveLength(1);
      const last = instructions.findLastIndex(({ name }) => name === 'FROM');
      expect(instructions.indexOf(holders[0] as Instruction)).toBeLessThan(last);
      expect(
        instructions.filter(({ name }) => name === 'ENV' || name === 'ARG').map(({ rest }) => rest),
      ).toEqual(['HOME=/home/app']);
    }
  }
});
