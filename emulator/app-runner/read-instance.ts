import { type Input, matchingString, optionalString } from './input.ts';

/** CPU units and MiB, as DescribeService shows them whatever form they were given in. */
export type InstanceSettings = {
  readonly Cpu: string;
  readonly Memory: string;
  readonly InstanceRoleArn?: string;
};

const CPU = /256|512|1024|2048|4096|(0.25|0.5|1|2|4) vCPU/;
const MEMORY = /512|1024|2048|3072|4096|6144|8192|10240|12288|(0.5|1|2|3|4|6|8|10|12) GB/;
const UNITS = 1024;

/** https://docs.aws.amazon.com/apprunner/latest/api/API_InstanceConfiguration.html */
export function readInstance(input: Input): InstanceSettings {
  const role = optionalString(input, 'InstanceRoleArn');
  return {
    Cpu: inUnits(matchingString(optionalString(input, 'Cpu') ?? '1024', 'Cpu', CPU)),
    Memory: inUnits(matchingString(optionalString(input, 'Memory') ?? '2048', 'Memory', MEMORY)),
    ...(role !== undefined && { InstanceRoleArn: role }),
  };
}

/** `0.25 vCPU` → `256`, `2 GB` → `2048`. */
function inUnits(text: string): string {
  const [, amount] = /^([\d.]+) (?:vCPU|GB)$/.exec(text) ?? [];
  return amount === undefined ? text : String(Number(amount) * UNITS);
}
