import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The licences of what is inside a bundle. ncc's own `--license` sees only the first module of those that webpack joined
 * into one, and so leaves out the SDK's clients; webpack's statistics name every module.
 */
export function renderLicenses(stats: WebpackModule, root: string): string {
  const notices = [...findPackages(stats)].sort().map((name) => readNotice(join(root, 'node_modules', name)));
  // The SDK's packages share one text of a thousand lines.
  const byText = Map.groupBy(notices, ({ text }) => text);
  const blocks = [...byText].map(([text, sharing]) => {
    const names = sharing.map(({ name, license }) => `${name} (${license})`);
    return `${names.join('\n')}\n\n${text}\n`;
  });
  return blocks.join(`\n${'-'.repeat(80)}\n\n`);
}

/** The whole statistics, or one module in them, which may be made of several. */
export type WebpackModule = { readonly name?: string; readonly modules?: readonly WebpackModule[] };

function findPackages(module: WebpackModule): ReadonlySet<string> {
  const names = [...(module.name ?? '').matchAll(/node_modules\/((?:@[^/]+\/)?[^/|!" ]+)/g)];
  const inner = (module.modules ?? []).flatMap((each) => [...findPackages(each)]);
  return new Set([...names.flatMap((match) => match[1] ?? []), ...inner]);
}

type Notice = { readonly name: string; readonly license: string; readonly text: string };

function readNotice(folder: string): Notice {
  const { name, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const notice = join(folder, 'NOTICE');
  const texts = [
    file === undefined
      ? `The package holds no copy of its licence, ${license}.`
      : readFileSync(join(folder, file), 'utf8'),
    ...(existsSync(notice) ? [readFileSync(notice, 'utf8')] : []),
  ];
  return { name, license, text: texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n') };
}
