import { quote } from '../../parse.ts';
import type { ManagedBuild } from './config.ts';
import type { Findings } from './findings.ts';
import type { Layout } from './layout.ts';

type Installer = {
  /** Of the words after its name that are no options. */
  readonly installs: RegExp;
  /** Without this option it installs into the source folder. */
  readonly onlyIf?: RegExp;
  readonly isPythons?: true;
};

const python = { installs: /^(?:install|sync)\b/, isPythons: true } as const;
const node = { installs: /^install\b/, onlyIf: /^--global$/ };
const system = { installs: /^(?:install|add)\b/ };

/** What puts something outside of /app, by its name. */
const installers: ReadonlyMap<string, Installer> = new Map(
  Object.entries({
    pip: python,
    pipenv: python,
    poetry: python,
    uv: { installs: /^pip (?:install|sync)\b/, isPythons: true },
    npm: node,
    pnpm: node,
    yarn: { installs: /^global add\b/ },
    gem: system,
    yum: system,
    dnf: system,
    microdnf: system,
    'apt-get': system,
    apt: system,
    apk: system,
    'amazon-linux-extras': system,
  }),
);

/** Puts it inside after all. */
const staysInside = /^(?:-t|--target|--prefix|--root)(?:=|$)/;
const pythonStaysInside = /venv|virtualenvs[.-]in-project/i;

/**
 * The commonest mistake with a revised build: it goes green, and the application does not start. Said where the phase
 * stands, since App Runner's own log is silent about it.
 */
export function warnOfLostInstalls(
  { runtime, phases, preRun }: ManagedBuild,
  at: Layout,
  findings: Findings,
): void {
  if (runtime.buildKind !== 'revised') return;
  const found = new Set(preRun.flatMap(listInstalls).map(({ what }) => what));
  const hasEnvironment = [...phases.preBuild, ...phases.build].some((command) =>
    pythonStaysInside.test(command),
  );
  const warn = (commands: readonly string[], field: Layout['build']) => {
    const lost = commands.flatMap(listInstalls).filter(({ what, isPythons }) => {
      if (found.has(what) || (isPythons && hasEnvironment)) return false;
      found.add(what);
      return true;
    });
    if (lost.length === 0) return;
    const [verb, noun] = lost.length === 1 ? ['installs', 'command'] : ['install', 'commands'];
    findings.warn(
      field?.at,
      `${lost.map(({ text }) => quote(text)).join(', ')} ${verb} outside of /app, and of the build of ${runtime.name} only /app is kept`,
      `the same ${noun} under run.pre-run, too`,
    );
  };
  warn(phases.preBuild, at.preBuild);
  warn(phases.build, at.build);
}

type Install = {
  readonly text: string;
  /** The same for two commands that install the same. */
  readonly what: string;
  readonly isPythons: boolean;
};

function listInstalls(command: string): readonly Install[] {
  const simple = command.replaceAll('\\\n', ' ').split(/&&|\|\||[;&|()\n]/);
  return simple.flatMap((text) => readInstall(text.trim()) ?? []);
}

/** In front of what is run: other rights, variables, the interpreter that a tool is a module of. */
const before = /^(?:sudo\s+|exec\s+|[A-Za-z_]\w*=\S*\s+|python[\d.]*\s+-m\s+)+/;
/** Says nothing of what is installed. */
const manners =
  /^(?:-q+|-y|-U|--(?:quiet|silent|yes|assumeyes|upgrade|no-cache-dir|no-cache|disable-pip-version-check|no-audit|no-fund))$/;

function readInstall(text: string): Install | undefined {
  const [first = '', ...rest] = text.replace(before, '').split(/\s+/);
  const name = first.replace(/^pip[\d.]+$/, 'pip');
  const installer = installers.get(name);
  if (installer === undefined || rest.some((word) => staysInside.test(word))) return undefined;
  const words = rest.filter((word) => !manners.test(word)).map((word) => spelling(name, word));
  const { installs, onlyIf, isPythons = false } = installer;
  if (!installs.test(words.filter((word) => !word.startsWith('-')).join(' '))) return undefined;
  if (onlyIf !== undefined && !words.some((word) => onlyIf.test(word))) return undefined;
  return { text, what: [name, ...words.toSorted()].join(' '), isPythons };
}

/** npm has several words for one thing. */
function spelling(name: string, word: string): string {
  if (name !== 'npm' && name !== 'pnpm') return word;
  if (word === '-g') return '--global';
  return word === 'i' || word === 'add' ? 'install' : word;
}
