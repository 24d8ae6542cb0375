import { readCommandLine } from './command-line.ts';

export type EmulatorOptions = {
  /** Port of the AWS address; the other parts take the ports after it. 0: free ones for all. */
  readonly port: number;
  /** Virtual seconds in a real one. */
  readonly speed: number;
  readonly engine: 'docker' | 'stub' | 'auto';
  /** Real milliseconds every answer of AWS takes. */
  readonly latencyMs: number;
  readonly region: string;
  readonly accountId: string;
  /** Makes what AWS names at random the same in every run. */
  readonly seed: string | undefined;
  /** Refuse roles that were not created through the emulated IAM. */
  readonly strictRoles: boolean;
  /** Requests a real second that Route 53 admits; 0: any number. */
  readonly route53Rate: number;
  /** File with the identity policy that is enforced on the access key in `env`. */
  readonly policyFile: string | undefined;
  /** File that gets a line for each action that an application needs. */
  readonly recordFile: string | undefined;
};

export const USAGE = `npm run emulator -- [options]
  --port N           port of the AWS address; the other parts take the next ones (default 0: free ports)
  --speed N          virtual seconds in a real one (default 60)
  --engine KIND      docker, stub or auto (default auto: docker when it answers)
  --latency-ms N     real milliseconds that each answer of AWS is held back (default 0)
  --region NAME      default eu-west-1
  --account ID       default 123456789012
  --seed TEXT        same calls, same names: ids are drawn from TEXT
  --strict-roles     refuse roles that were not created through the emulated IAM
  --route-53-rate N  requests a real second that Route 53 admits (default 5, as on AWS; 0: any number)
  --policy FILE      enforce an identity policy, in JSON, on the access key that the emulator gives out
  --record FILE      append each IAM action that is needed, after the application that needs it`;

/** Throws `TypeError` with all that is wrong, and how it should look. */
export function parseOptions(argv: readonly string[]): EmulatorOptions {
  const { values, problems: misunderstood } = readCommandLine(argv, {
    port: { type: 'string', default: '0' },
    speed: { type: 'string', default: '60' },
    engine: { type: 'string', default: 'auto' },
    'latency-ms': { type: 'string', default: '0' },
    region: { type: 'string', default: 'eu-west-1' },
    account: { type: 'string', default: '123456789012' },
    seed: { type: 'string' },
    'strict-roles': { type: 'boolean', default: false },
    'route-53-rate': { type: 'string', default: '5' },
    policy: { type: 'string' },
    record: { type: 'string' },
  });
  const problems = [...misunderstood];
  const number = (name: keyof typeof values, least: number, most: number): number => {
    const text = String(values[name]);
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      problems.push(`--${name} must be a whole number from ${least} to ${most}, not "${text}"`);
    return value;
  };
  const engine = (['docker', 'stub', 'auto'] as const).find((kind) => kind === values.engine) ?? 'auto';
  if (engine !== values.engine)
    problems.push(`--engine must be docker, stub or auto, not "${values.engine}"`);
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(values.region))
    problems.push(`--region must be a Region's name, not "${values.region}"`);
  if (!/^\d{12}$/.test(values.account)) problems.push(`--account must be 12 digits, not "${values.account}"`);
  const options = {
    port: number('port', 0, 65_500),
    speed: number('speed', 1, 100_000),
    engine,
    latencyMs: number('latency-ms', 0, 60_000),
    region: values.region,
    accountId: values.account,
    seed: values.seed,
    strictRoles: values['strict-roles'],
    route53Rate: number('route-53-rate', 0, 1_000_000),
    policyFile: values.policy,
    recordFile: values.record,
  };
  if (problems.length > 0) throw new TypeError(problems.join('\n'));
  return options;
}
