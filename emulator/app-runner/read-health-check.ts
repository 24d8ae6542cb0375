import { type Input, integer, oneOf, optionalString } from './input.ts';

export type HealthCheck = {
  readonly Protocol: 'TCP' | 'HTTP';
  readonly Path: string;
  readonly Interval: number;
  readonly Timeout: number;
  readonly HealthyThreshold: number;
  readonly UnhealthyThreshold: number;
};

/** https://docs.aws.amazon.com/apprunner/latest/api/API_HealthCheckConfiguration.html */
export function readHealthCheck(input: Input): HealthCheck {
  const number = (name: string, otherwise: number): number =>
    integer(input, name, { least: 1, most: 20, otherwise });
  return {
    Protocol: oneOf(input, 'Protocol', { values: ['TCP', 'HTTP'], otherwise: 'TCP' }),
    Path: optionalString(input, 'Path') ?? '/',
    Interval: number('Interval', 5),
    Timeout: number('Timeout', 2),
    HealthyThreshold: number('HealthyThreshold', 1),
    UnhealthyThreshold: number('UnhealthyThreshold', 5),
  };
}
