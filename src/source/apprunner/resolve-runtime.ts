import { accepted, type Parsed, quote, refused } from '../../parse.ts';
import { type Family, families, isOlder, parts } from './runtime-images.ts';
import { type AppRunnerRuntime, appRunnerRuntimes, type BuildKind, type RuntimeFamily } from './runtimes.ts';
import { plainWord } from './yaml-fields.ts';

/** What a file or an input asks to be built with. */
export type Runtime =
  | { readonly kind: 'dockerfile' }
  | {
      readonly kind: 'managed';
      /** In the spelling of `apprunner.yaml`. */
      readonly name: string;
      readonly family: RuntimeFamily;
      /** What images are chosen by, as text: 3.10 is not 3.1. */
      readonly version: string;
      readonly buildKind: BuildKind;
      /** Whether App Runner has, or had, it. */
      readonly isAppRunners: boolean;
    };

export type ResolvedRuntime = {
  readonly runtime: Runtime;
  /** `undefined`: it was written as App Runner writes it. */
  readonly readAs: string | undefined;
  /** What the user should know about the choice. */
  readonly notes: readonly string[];
};

/** The names of App Runner, for messages. */
export const runtimeNames = appRunnerRuntimes.map(({ name }) => name).join(', ');

/**
 * A runtime as people write it: `python311`, `PYTHON_311`, `Nodejs 12`, `python3.12`, `java`, `docker`.
 * `lock`: of `run.runtime-version`, already in digits and dots.
 */
export function resolveRuntime(raw: string, lock: string | undefined): Parsed<ResolvedRuntime> {
  if (isDockerfileRuntime(raw)) {
    return accepted({ runtime: { kind: 'dockerfile' }, readAs: 'the Dockerfile', notes: [] });
  }
  const spelled = parseSpelling(raw);
  if (spelled === undefined) {
    return refused({ seen: `${quote(raw)}, which is no runtime`, wanted: `one of ${runtimeNames}` });
  }
  const { familyName, family, said } = spelled;
  const known = findKnown(familyName, said || (lock ?? family.newest));
  const prefix = said === '' ? '' : (known?.prefix ?? said);
  if (lock !== undefined && !isWithin(lock, prefix)) {
    return refused({
      seen: `runtime-version ${lock} with runtime ${raw}`,
      wanted: `a version that begins with ${prefix}, or runtime ${spell(familyName, lock)}`,
    });
  }
  return accepted(choose(raw, { ...spelled, known, lock }));
}

export function isDockerfileRuntime(raw: string): boolean {
  return ['docker', 'dockerfile', 'container'].includes(plainWord(raw));
}

type Spelled = { readonly familyName: RuntimeFamily; readonly family: Family; readonly said: string };

function parseSpelling(raw: string): Spelled | undefined {
  const match = /^\.?([a-z]+)(\d+(?:\.\d+)*)?$/.exec(raw.toLowerCase().replace(/[-_\s]/g, ''));
  if (match === null) return undefined;
  const [, word = '', digits = ''] = match;
  const found = Object.entries(families).find(([, { spellings }]) => spellings.includes(word));
  if (found === undefined) return undefined;
  const [familyName, family] = found as [RuntimeFamily, Family];
  return { familyName, family, said: digits.includes('.') ? digits : splitDigits(digits, family) };
}

/** `311` of python is 3.11, `22` of nodejs is 22, `8` of corretto is 8. */
function splitDigits(digits: string, { majorDigits }: Family): string {
  const [major, minor] = [digits.slice(0, majorDigits), digits.slice(majorDigits)];
  return minor === '' ? major : `${major}.${minor}`;
}

/** python3 had no more than 3.8: python39 is not one of its versions. */
function findKnown(family: RuntimeFamily, version: string): AppRunnerRuntime | undefined {
  const candidates = appRunnerRuntimes.filter((runtime) => runtime.family === family);
  const isVersionOf = ({ prefix, version: last }: AppRunnerRuntime) =>
    version.startsWith(`${prefix}.`) && !isOlder(last, version);
  return candidates.find(({ prefix }) => prefix === version) ?? candidates.find(isVersionOf);
}

/** Also the other way round: what is locked less precisely than the runtime says is no contradiction. */
function isWithin(version: string, prefix: string): boolean {
  return prefix === '' || `${version}.`.startsWith(`${prefix}.`) || `${prefix}.`.startsWith(`${version}.`);
}

type Choice = Spelled & { readonly known: AppRunnerRuntime | undefined; readonly lock: string | undefined };

function choose(raw: string, { familyName, family, said, known, lock }: Choice): ResolvedRuntime {
  const asked = [said, lock ?? ''].toSorted((a, b) => countParts(b) - countParts(a))[0] ?? '';
  const isPrecise = asked !== '' && countParts(asked) > countParts(known?.prefix ?? '');
  const precise = isPrecise ? asked : (known?.version ?? family.newest);
  const version = parts(precise, family.tagParts);
  const name = known?.name ?? spell(familyName, said || version);
  const buildKind = known?.buildKind ?? family.buildKind;
  return {
    runtime: {
      kind: 'managed',
      name,
      family: familyName,
      version,
      buildKind,
      isAppRunners: known !== undefined,
    },
    readAs: raw === name || isApiName(raw, name) ? undefined : name,
    notes: [
      ...(known === undefined ? [`App Runner never had ${name}; it is built anyway`] : []),
      ...noteLock(precise, version),
      ...(known === undefined ? [] : noteRetired(known, version)),
    ],
  };
}

function countParts(version: string): number {
  return version === '' ? 0 : version.split('.').length;
}

/** `PYTHON_311`: how the API of App Runner spells it. */
function isApiName(raw: string, name: string): boolean {
  return /^[A-Z]+_\d+$/.test(raw) && plainWord(raw) === name;
}

function noteLock(precise: string, version: string): readonly string[] {
  if (precise === version) return [];
  return [`the images have no tag for ${precise}: the newest ${version} is used`];
}

/** Newer than App Runner's own: a lock under the same name, such as python3 with 3.11. */
function noteRetired(
  { name, version: last, retiredOn, wayUp }: AppRunnerRuntime,
  version: string,
): readonly string[] {
  if (retiredOn === undefined) return [];
  if (isOlder(last, version))
    return [`App Runner's ${name} ended with ${last}; it is built with ${version} anyway`];
  return [`App Runner stopped supporting ${name} on ${retiredOn}; upgrade to ${wayUp}`];
}

/** As App Runner would have named it: python312, nodejs24. */
function spell(family: RuntimeFamily, version: string): string {
  const named = parts(version, families[family].majorDigits === 1 ? 2 : 1);
  return `${family}${named.replaceAll('.', '')}`;
}

const lockWanted = 'a version of one to five numbers, such as "3.11" or "22.14.0"';

/** `run.runtime-version`. `v18` and `18.x` are understood. */
export function parseVersionLock(raw: string): Parsed<string> {
  const match = /^v?(\d{1,4}(?:\.\d{1,6}){0,4})(?:\.[x*])*$/i.exec(raw.trim());
  return match?.[1] === undefined ? refused({ seen: quote(raw), wanted: lockWanted }) : accepted(match[1]);
}
