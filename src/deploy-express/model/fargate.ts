import { accepted, type Parsed, quote, refused } from '../../parse.ts';

type FargateSize = { readonly cpuUnits: number; readonly memoryMib: readonly number[] };

/** AWS Fargate, Linux: "Task CPU and memory" in the Amazon ECS developer guide. */
const fargateSizes: readonly FargateSize[] = [
  { cpuUnits: 256, memoryMib: [512, 1024, 2048] },
  { cpuUnits: 512, memoryMib: steps(1024, 4096, 1024) },
  { cpuUnits: 1024, memoryMib: steps(2048, 8192, 1024) },
  { cpuUnits: 2048, memoryMib: steps(4096, 16384, 1024) },
  { cpuUnits: 4096, memoryMib: steps(8192, 30720, 1024) },
  { cpuUnits: 8192, memoryMib: steps(16384, 61440, 4096) },
  { cpuUnits: 16384, memoryMib: steps(32768, 122880, 8192) },
];

function steps(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}

const validPairs = fargateSizes
  .map(({ cpuUnits, memoryMib }) => `${cpuUnits} with ${renderMemory(memoryMib)}`)
  .join('; ');

function renderMemory(memoryMib: readonly number[]): string {
  if (memoryMib.length <= 3) return memoryMib.join(', ');
  const [first = 0, second = 0] = memoryMib;
  return `${first} to ${memoryMib.at(-1)} in steps of ${second - first}`;
}

export const wantedFargatePair = `a Fargate size (CPU units with MiB of memory): ${validPairs}`;

/**
 * CPU units, or vCPU as App Runner writes them: `1 vCPU`, `0.25 vCPU`. A bare number below 32 can only be vCPU: the
 * smallest size is 256 units, the largest 16 vCPU.
 */
export function parseCpuUnits(raw: string): Parsed<number> {
  const match = /^(\d+|\d*\.\d+)\s*(vcpu)?$/i.exec(raw);
  const amount = Number(match?.[1]);
  const units = match?.[2] !== undefined || amount < 32 ? amount * 1024 : amount;
  const valid = fargateSizes.some(({ cpuUnits }) => cpuUnits === units);
  return valid ? accepted(units) : refused({ seen: quote(raw), wanted: wantedFargatePair });
}

/**
 * MiB, or GB as App Runner writes them: `2 GB`, `0.5 GB`. A bare number below 256 can only be GB: the smallest size is
 * 512 MiB, the largest 120 GB.
 */
export function parseMemoryMib(raw: string): Parsed<number> {
  const match = /^(\d+|\d*\.\d+)\s*(gb|mib)?$/i.exec(raw);
  const amount = Number(match?.[1]);
  const unit = match?.[2]?.toLowerCase() ?? (amount < 256 ? 'gb' : 'mib');
  const mib = unit === 'gb' ? amount * 1024 : amount;
  const valid = fargateSizes.some(({ memoryMib }) => memoryMib.includes(mib));
  return valid ? accepted(mib) : refused({ seen: quote(raw), wanted: wantedFargatePair });
}

/**
 * The smallest size that has what is known of the two. Express has the smallest of all where nobody asks for another (API
 * reference, CreateExpressGatewayService).
 */
export function smallestFargateSize(
  cpuUnits: number | undefined,
  memoryMib: number | undefined,
): { readonly cpuUnits: number; readonly memoryMib: number } {
  const fits = (mib: number) => memoryMib === undefined || mib === memoryMib;
  const size = fargateSizes.find(
    (candidate) =>
      (cpuUnits === undefined || candidate.cpuUnits === cpuUnits) && candidate.memoryMib.some(fits),
  );
  return {
    cpuUnits: size?.cpuUnits ?? cpuUnits ?? 256,
    memoryMib: size?.memoryMib.find(fits) ?? memoryMib ?? 512,
  };
}

/** One clause with the valid pairs, or `undefined` when the two go together or one of them is not known. */
export function fargatePairProblem(
  cpuUnits: number | undefined,
  memoryMib: number | undefined,
): string | undefined {
  if (cpuUnits === undefined || memoryMib === undefined) return undefined;
  const size = fargateSizes.find((candidate) => candidate.cpuUnits === cpuUnits);
  if (size?.memoryMib.includes(memoryMib)) return undefined;
  return `cpu ${cpuUnits} does not go with memory ${memoryMib}; wanted ${wantedFargatePair}`;
}
