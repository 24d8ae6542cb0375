import { parseArgs } from 'node:util';

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

/** Throws `TypeError` with what is wrong and how it should look. */
export function parseOptions(argv: readonly string[]): EmulatorOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
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
    },
  });
  const engine = (['docker', 'stub', 'auto'] as const).find((kind) => kind === values.engine);
  if (!engine) throw new TypeError(`--engine must be docker, stub or auto, not "${values.engine}"`);
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(values.region)) {
    throw new TypeError(`--region must be a Region's name, not "${values.region}"`);
  }
  if (!/^\d{12}$/.test(values.account))
    throw new TypeError(`--account must be 12 digits, not "${values.account}"`);
  return {
    port: number('--port', values.port, { least: 0, most: 65_500 }),
    speed: number('--speed', values.speed, { least: 1, most: 100_000 }),
    engine,
    latencyMs: number('--latency-ms', values['latency-ms'], { least: 0, most: 60_000 }),
    region: values.region,
    accountId: values.account,
    seed: values.seed,
    strictRoles: values['strict-roles'],
    route53Rate: number('--route-53-rate', values['route-53-rate'], { least: 0, most: 1_000_000 }),
    policyFile: values.policy,
    recordFile: values.record,
  };
}

function number(
  name: string,
  text: string,
  range: { readonly least: number; readonly most: number },
): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= range.least && value <= range.most) return value;
  throw new TypeError(`${name} must be a whole number from ${range.least} to ${range.most}, not "${text}"`);
}
