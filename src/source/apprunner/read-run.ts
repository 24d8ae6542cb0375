import { parseInteger, quote } from '../../parse.ts';
import { defaultPort, type RunSettings } from './config.ts';
import type { Findings } from './findings.ts';
import type { Layout } from './layout.ts';
import { isVariableName, readVariables, reportTwice } from './read-variables.ts';
import { requireText } from './yaml-fields.ts';
import type { YamlField } from './yaml-tree.ts';

export function readRun(layout: Layout, findings: Findings): RunSettings {
  const port = readPort(layout.port, findings);
  const list = { kind: 'env', name: 'run.env', isExported: false } as const;
  const variables = readVariables(layout.environment, list, findings);
  const secrets = readVariables(
    layout.secrets,
    { kind: 'secrets', name: 'run.secrets', isExported: false },
    findings,
  );
  // Within each list it has been reported.
  const inEnvironment = onceEach([...variables.environment, ...variables.secrets]);
  reportTwice([...inEnvironment, ...onceEach(secrets.secrets)], 'run.env and run.secrets', findings);
  const portVariable = readPortVariable(layout.portVariable, findings);
  for (const { name, value, at } of variables.environment) {
    if (name !== 'PORT' || value.trim() === String(port ?? defaultPort)) continue;
    const seen = `PORT in run.env is not the port of run.network (${port ?? defaultPort}), which is what PORT was set to`;
    findings.warn(
      at,
      seen,
      'run.network.port with the port that the application listens on, and no PORT in run.env',
    );
  }
  return {
    port,
    portVariable,
    environment: variables.environment.map(({ name, value }) => ({ name, value })),
    secrets: [...variables.secrets, ...secrets.secrets].map(({ name, valueFrom }) => ({ name, valueFrom })),
  };
}

function onceEach<Item extends { readonly name: string }>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [item.name, item])).values()];
}

function readPort(field: YamlField | undefined, findings: Findings): number | undefined {
  if (field === undefined) return undefined;
  const wanted = 'a number from 1 to 65535';
  const raw = requireText(field, 'run.network.port', { wanted, findings });
  if (raw === undefined) return undefined;
  const port = parseInteger(raw.trim(), { minimum: 1, maximum: 65535 });
  if (port.ok) return port.value;
  findings.refuse(field.value.at, `run.network.port is ${port.problem.seen}`, wanted);
  return undefined;
}

function readPortVariable(field: YamlField | undefined, findings: Findings): string | undefined {
  if (field === undefined) return undefined;
  const wanted = 'the name of a variable that gets the port, such as APP_PORT';
  const name = requireText(field, 'run.network.env', { wanted, findings });
  if (name === undefined || isVariableName(name, false)) return name;
  findings.refuse(field.value.at, `run.network.env is ${quote(name)}`, wanted);
  return undefined;
}
