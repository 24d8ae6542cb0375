import { fargatePairProblem, wantedFargatePair } from '../model/fargate.ts';
import { type Platform, platformOfArchitecture } from '../model/inputs.ts';
import { type CpuArchitecture, collectSettings, rows, type ServiceSettings } from '../model/settings.ts';
import type { InputReader } from './names.ts';
import { reportVariables } from './variables.ts';

/** Each setting by its row; here is what two inputs are together. */
export function parseSettings(
  reader: InputReader,
  { region, platform }: { readonly region: string | undefined; readonly platform: Platform | undefined },
): ServiceSettings {
  const known = { region, metric: reader.text('auto-scaling-metric') };
  const stated = collectSettings((name) => {
    const { input, parse } = rows[name];
    return reader.take(input, (raw) => parse(raw, known));
  });
  const port = reader.take('port', (raw) => rows.containerPort.parse(raw, known));
  reportPorts(reader, stated, port);
  reportLogs(reader);
  reportSize(reader, stated);
  reportArchitectures(reader, stated, platform);
  reportTaskCounts(reader, stated);
  reportVariables(reader, stated, region);
  return {
    ...(port !== undefined && { containerPort: port }),
    ...(platform && { cpuArchitecture: architectureOf[platform] }),
    ...stated,
  };
}

/** `port` is what App Runner calls `container-port`. */
function reportPorts(
  reader: InputReader,
  { containerPort }: ServiceSettings,
  port: number | undefined,
): void {
  if (containerPort === undefined || port === undefined || containerPort === port) return;
  reader.report({
    input: 'port',
    seen: `${port} with container-port ${containerPort}`,
    wanted: 'one of the two',
  });
}

function reportLogs(reader: InputReader): void {
  const isGiven = {
    group: reader.text('log-group') !== undefined,
    prefix: reader.text('log-stream-prefix') !== undefined,
  };
  if (isGiven.group === isGiven.prefix) return;
  const [missing, given] = isGiven.group
    ? (['log-stream-prefix', 'log-group'] as const)
    : (['log-group', 'log-stream-prefix'] as const);
  reader.report({
    input: missing,
    seen: 'not given',
    wanted: `a value as well as ${given}: ECS takes both or neither`,
  });
}

function reportSize(reader: InputReader, { cpuUnits, memoryMib }: ServiceSettings): void {
  if (fargatePairProblem(cpuUnits, memoryMib) === undefined) return;
  reader.report({
    input: 'memory',
    seen: `${memoryMib} MiB with cpu ${cpuUnits}`,
    wanted: wantedFargatePair,
  });
}

const architectureOf: Readonly<Record<Platform, CpuArchitecture>> = {
  'linux/amd64': 'X86_64',
  'linux/arm64': 'ARM64',
};

/**
 * What the image is built for and what the tasks run on: each follows the other, because a mismatch shows only minutes
 * later, as tasks that cannot start. When neither is given, what runs is kept.
 */
function reportArchitectures(
  reader: InputReader,
  { cpuArchitecture }: ServiceSettings,
  platform: Platform | undefined,
): void {
  const isFitting =
    cpuArchitecture === undefined ||
    platform === undefined ||
    platformOfArchitecture[cpuArchitecture] === platform;
  if (isFitting) return;
  reader.report({
    input: 'platform',
    seen: `${platform} with cpu-architecture ${cpuArchitecture}`,
    wanted: `${platformOfArchitecture[cpuArchitecture]} or nothing: platform follows cpu-architecture`,
  });
}

function reportTaskCounts(reader: InputReader, { minTaskCount, maxTaskCount }: ServiceSettings): void {
  if (minTaskCount === undefined || maxTaskCount === undefined || minTaskCount <= maxTaskCount) return;
  reader.report({
    input: 'min-task-count',
    seen: `${minTaskCount} with max-task-count ${maxTaskCount}`,
    wanted: 'at most max-task-count',
  });
}
