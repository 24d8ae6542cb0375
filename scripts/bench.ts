/**
 * `npm run bench [-- --against FILE]`: speed and size, as ratios to another action's bundle on the same Node and the same
 * emulator. Without `--against`, the figures of dist/ alone. `--builder NAME`: of buildx, to build the
 * source with; it is pruned. Nothing here fails a build: a busy machine is not a bug.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type EmulatorHandle, startEmulator } from '../__tests__/helpers/emulator.ts';
import { type ActionRun, runAction } from '../__tests__/helpers/run-action.ts';
import { addRow, median, printRows } from './bench/rows.ts';
import { benchShift } from './bench/shift.ts';
import { benchSource } from './bench/source.ts';

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    runs: { type: 'string', default: '15' },
    builder: { type: 'string' },
  },
});
const runs = Number(values.runs);
const ours = resolve('dist/deploy-express/index.js');
const other = values.against === undefined ? undefined : resolve(values.against);
const shim = new URL('bench/scaled-time.mjs', import.meta.url).href;

/** What the official action understands, too. */
const inputs = {
  'service-name': 'bench',
  image: 'public.ecr.aws/bench/web:1',
  'execution-role-arn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
  'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/ecsInfrastructureRole',
  cpu: '1024',
  memory: '2048',
  'health-check-path': '/',
};

const shiftInputs = {
  mode: 'shift',
  gate: 'off',
  domain: 'app.example.com',
  'apprunner-service': 'bench',
  'express-service': 'bench',
  'green-percent': '10',
};

function run(
  bundle: string,
  emulator: EmulatorHandle,
  change: { readonly inputs?: Record<string, string>; readonly env?: Record<string, string> } = {},
): Promise<ActionRun> {
  return runAction({
    bundle,
    inputs: { ...inputs, ...change.inputs },
    env: { ...emulator.env, NODE_OPTIONS: `--import ${shim}`, ...change.env },
  });
}

/** From the start of the process to its first AWS request; the bundles take turns, so that noise hits them all. */
async function benchStart(): Promise<void> {
  const emulator = await startEmulator('--speed', '600');
  const starts = [
    { bundle: ours, inputs },
    { bundle: resolve('dist/shift-traffic/index.js'), inputs: shiftInputs },
    ...(other === undefined ? [] : [{ bundle: other, inputs }]),
  ];
  const milliseconds = starts.map((): number[] => []);
  for (let turn = 0; turn < runs; turn++) {
    for (const [index, start] of starts.entries()) {
      await emulator.addFaults([
        { service: 'ecs', operation: 'DescribeServices', times: 10, fault: 'denied' },
        { service: 'route53', operation: 'ListHostedZonesByName', times: 10, fault: 'denied' },
      ]);
      await emulator.forgetRequests();
      const startedAt = Date.now();
      await runAction({ ...start, env: emulator.env });
      const first = (await emulator.requests())[0]?.receivedAtMs ?? Number.NaN;
      milliseconds[index]?.push(first - startedAt);
    }
  }
  await emulator.stop();
  const [deploying, shifting, theirs] = milliseconds.map(median);
  const what = 'first AWS request after process start';
  addRow({ what, mine: deploying, theirs, unit: 'ms', goal: '≤ 0.8 ×' });
  addRow({ what: `${what}, shift-traffic`, mine: shifting, theirs, unit: 'ms', goal: '≤ 0.8 ×' });
}

async function benchUnchanged(): Promise<void> {
  const emulator = await startEmulator('--speed', '600');
  await run(ours, emulator, { inputs: { 'poll-interval-seconds': '0.2' } });
  await emulator.forgetRequests();
  await run(ours, emulator);
  const calls = (await emulator.requests()).filter(({ service }) => service !== 'edge');
  addRow({
    what: 'unchanged deployment: calls',
    mine: calls.length,
    unit: 'calls',
    goal: '≤ 7, none mutating',
  });
  await emulator.stop();

  const latencyMs = 400;
  const slow = await startEmulator('--speed', '600', '--latency-ms', String(latencyMs));
  await run(ours, slow, { inputs: { 'poll-interval-seconds': '0.2' } });
  await slow.forgetRequests();
  await run(ours, slow);
  const times = (await slow.requests()).map(({ receivedAtMs }) => receivedAtMs);
  const depth = Math.round((Math.max(...times) - Math.min(...times)) / latencyMs) + 1;
  addRow({
    what: 'unchanged deployment: round trips, one after the other',
    mine: depth,
    unit: 'deep',
    goal: '≤ 4',
  });
  await slow.stop();
}

/** A whole update beside an emulator whose time runs as fast as that of the bundle. */
async function benchUpdate(): Promise<void> {
  const scale = 30;
  const figures: { calls: number; lateSeconds: number; memoryMb: number }[] = [];
  for (const bundle of [ours, other]) {
    if (bundle === undefined) continue;
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const memoryFile = join(folder, 'memory');
    writeFileSync(memoryFile, '');
    const emulator = await startEmulator('--speed', String(scale));
    const env = { TIME_SCALE: String(scale), BENCH_MEMORY_FILE: memoryFile };
    await run(bundle, emulator, { env });
    await emulator.forgetRequests();
    await run(bundle, emulator, { env, inputs: { image: 'public.ecr.aws/bench/web:2' } });
    const calls = await emulator.requests();
    const peaks = readFileSync(memoryFile, 'utf8').trim().split('\n').map(Number);
    figures.push({
      calls: calls.length,
      lateSeconds: await secondsAfterTheEnd(emulator, calls),
      memoryMb: Math.max(...peaks) / 1024,
    });
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const [mine, theirs] = figures;
  addRow({
    what: 'an update of ten minutes: calls',
    mine: mine?.calls,
    theirs: theirs?.calls,
    unit: 'calls',
    goal: '≤ 0.75 ×',
  });
  addRow({
    what: 'seen after the deployment ended',
    mine: mine?.lateSeconds,
    theirs: theirs?.lateSeconds,
    unit: 's',
    goal: '≤ 5 s, one interval',
  });
  addRow({
    what: 'peak memory',
    mine: mine?.memoryMb,
    theirs: theirs?.memoryMb,
    unit: 'MB',
    goal: '≤ 150 MB',
  });
}

/** From the end of the deployment, in AWS's time, to the look that saw it. */
async function secondsAfterTheEnd(
  emulator: EmulatorHandle,
  calls: Awaited<ReturnType<EmulatorHandle['requests']>>,
): Promise<number> {
  const arn = calls.findLast(({ operation }) => operation === 'DescribeServiceDeployments')?.input[
    'serviceDeploymentArns'
  ];
  const lastLook = calls.findLast(({ operation }) => operation === 'DescribeServiceDeployments');
  if (!Array.isArray(arn) || lastLook === undefined) return Number.NaN;
  const answer = await fetch(emulator.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerServiceV20141113.DescribeServiceDeployments',
      authorization: `AWS4-HMAC-SHA256 Credential=${emulator.client.credentials.accessKeyId}/20260101/eu-west-1/ecs/aws4_request`,
    },
    body: JSON.stringify({ serviceDeploymentArns: arn }),
  });
  const { serviceDeployments } = (await answer.json()) as {
    serviceDeployments: readonly { finishedAt: number }[];
  };
  return Date.parse(lastLook.at) / 1000 - (serviceDeployments[0]?.finishedAt ?? Number.NaN);
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

await benchStart();
await benchUnchanged();
await benchUpdate();
addRow({
  what: 'size of dist/',
  mine: folderBytes('dist') / 1024,
  unit: 'kB',
  goal: '≤ 4096 kB for both actions',
});

await benchShift();
await benchSource(values.builder);
printRows();
