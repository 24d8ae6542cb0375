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

/** A command that puts something outside of /app. */
export type Install = {
  readonly tool: string;
  readonly text: string;
  /** The same for two commands that install the same. */
  readonly what: string;
  readonly isPythons: boolean;
};

export function listInstalls(command: string): readonly Install[] {
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
  return { tool: name, text, what: [name, ...words.toSorted()].join(' '), isPythons };
}

/** npm has several words for one thing. */
function spelling(name: string, word: string): string {
  if (name !== 'npm' && name !== 'pnpm') return word;
  if (word === '-g') return '--global';
  return word === 'i' || word === 'add' ? 'install' : word;
}
