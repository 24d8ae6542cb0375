import { quote } from '../../parse.ts';
import type { AppRunnerConfig } from './config.ts';
import { createFindings, type Finding, type Findings, type Refusal } from './findings.ts';
import { readLayout } from './layout.ts';
import { readBuild } from './read-build.ts';
import { readRun } from './read-run.ts';
import { describeValue, requireText } from './yaml-fields.ts';
import { parseYamlTree, type YamlField } from './yaml-tree.ts';

export type ParsedAppRunner =
  | { readonly ok: true; readonly config: AppRunnerConfig; readonly warnings: readonly Finding[] }
  | { readonly ok: false; readonly problems: readonly Refusal[] };

/** Far above any file that a person wrote, and below what takes noticeable time. */
export const largestFileBytes = 2 * 1024 * 1024;

/**
 * Reads `apprunner.yaml`: what App Runner documents in its meaning, and what people miswrite as they surely meant it, with
 * a warning. A key that means nothing is passed over with a warning, too. Whatever else is there is a problem with its
 * place; nothing is dropped in silence.
 */
export function parseAppRunnerYaml(bytes: Uint8Array): ParsedAppRunner {
  const findings = createFindings();
  const config = readConfig(bytes, findings);
  const { problems, passedOver, warnings } = findings;
  if (config !== undefined && problems.length === 0) return { ok: true, config, warnings };
  return { ok: false, problems: [...problems, ...passedOver] };
}

function readConfig(bytes: Uint8Array, findings: Findings): AppRunnerConfig | undefined {
  const text = decode(bytes, findings);
  if (text === undefined) return undefined;
  const root = parseYamlTree(text, findings);
  if (root === undefined) return undefined;
  if (root.kind !== 'map') {
    findings.refuse(root.at, `is ${describeValue(root)}`, 'version, runtime, build and run as keys');
    return undefined;
  }
  const layout = readLayout(root, findings);
  readVersion(layout.version, findings);
  const run = readRun(layout, findings);
  const build = readBuild(layout, findings);
  return build && { build, run };
}

function decode(bytes: Uint8Array, findings: Findings): string | undefined {
  if (bytes.length > largestFileBytes) {
    findings.refuse(undefined, `has ${bytes.length} bytes`, `at most ${largestFileBytes} bytes`);
    return undefined;
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    findings.refuse(undefined, 'is not UTF-8', 'the file saved as UTF-8');
    return undefined;
  }
  if (!text.startsWith('\uFEFF')) return text;
  findings.warn(
    { line: 1, column: 1 },
    'a byte-order mark was ignored',
    'the file saved as UTF-8 without one',
  );
  return text.slice(1);
}

function readVersion(field: YamlField | undefined, findings: Findings): void {
  const wanted = 'version: 1.0';
  if (field === undefined) {
    findings.warn(undefined, 'has no version; it was read as 1.0', wanted);
    return;
  }
  const version = requireText(field, 'version', { wanted, findings })?.trim();
  if (version === undefined || version === '1.0' || version === '1') return;
  if (version.startsWith('1.'))
    findings.warn(field.value.at, `version ${quote(version)} was read as 1.0`, wanted);
  else {
    const codeBuild =
      version === '0.2' || version === '0.1' ? ', which is that of a CodeBuild buildspec' : '';
    findings.refuse(field.value.at, `version ${quote(version)}${codeBuild}`, wanted);
  }
}
