import { AwsError } from '../world.ts';

const GIB = 1024;
const steps = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/** CPU units → MiB that go with them. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
const SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, GIB, 2 * GIB]],
  [512, steps(GIB, 4 * GIB, GIB)],
  [1024, steps(2 * GIB, 8 * GIB, GIB)],
  [2048, steps(4 * GIB, 16 * GIB, GIB)],
  [4096, steps(8 * GIB, 30 * GIB, GIB)],
  [8192, steps(16 * GIB, 60 * GIB, 4 * GIB)],
  [16384, steps(32 * GIB, 120 * GIB, 8 * GIB)],
]);

export function checkFargateSize(cpu: string, memory: string): void {
  if (SIZES.get(Number(cpu))?.includes(Number(memory))) return;
  throw new AwsError(
    'ClientException',
    `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
  );
}
