import { accepted, type Parsed, quote, refused } from './parse.ts';

export type Arn = {
  readonly partition: string;
  readonly service: string;
  /** Empty for services without Regions, such as IAM. */
  readonly region: string;
  readonly account: string;
  /** All that follows the account, further colons included. */
  readonly resource: string;
};

/** `undefined`: not an ARN. What it should name is for the caller to judge. */
export function parseArn(raw: string): Arn | undefined {
  const match = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|aws)?:(\S+)$/.exec(raw);
  if (match === null) return undefined;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = match;
  return { partition, service, region, account, resource };
}

const partitions: readonly (readonly [regionPrefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-iso-', 'aws-iso'],
  ['eusc-', 'aws-eusc'],
];

/** `web` of `arn:…:service/default/web`, and a name itself. */
export function lastPartOf(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

export function partitionOf(region: string): string {
  return partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';
}

export type ArnForm = {
  readonly services: readonly string[];
  /** Of the part after the account. */
  readonly resource: RegExp;
  /** ECS reads secrets in any Region, but knows only its own clusters and task definitions. */
  readonly sameRegion: boolean;
  readonly wanted: string;
};

/** An IAM role, as inputs of both actions name them. */
export const roleForm: ArnForm = {
  services: ['iam'],
  resource: /^role\/[\w+=,.@/-]+$/,
  sameRegion: false,
  wanted: 'the ARN of an IAM role, arn:aws:iam::ACCOUNT:role/NAME',
};

const clusterForm: ArnForm = {
  services: ['ecs'],
  resource: /^cluster\/[A-Za-z0-9_-]{1,255}$/,
  sameRegion: true,
  wanted: 'the name of a cluster (letters, digits, - and _) or its ARN',
};

/** A listener takes certificates of its own Region only. */
export const certificateForm: ArnForm = {
  services: ['acm'],
  resource: /^certificate\/[A-Za-z0-9-]+$/,
  sameRegion: true,
  wanted: 'the ARN of an ACM certificate in the Region of the load balancer',
};

/**
 * @param region where the service runs; `undefined` leaves out the checks against it.
 * @param describe how a text that is no ARN is shown: it may be a secret.
 */
export function parseArnForm(
  raw: string,
  form: ArnForm,
  region: string | undefined,
  describe: (raw: string) => string = quote,
): Parsed<string> {
  const arn = parseArn(raw);
  const seen = arn === undefined ? describe(raw) : judgeArn(arn, form, region);
  return seen === undefined ? accepted(raw) : refused({ seen, wanted: form.wanted });
}

/** A clause that says what is wrong, or `undefined`. */
function judgeArn(arn: Arn, form: ArnForm, region: string | undefined): string | undefined {
  const { partition, service } = arn;
  if (!form.services.includes(service)) return `an ARN of service ${service}`;
  if (!form.resource.test(arn.resource)) return `an ARN of service ${service} that names something else`;
  if (region === undefined) return undefined;
  if (partition !== partitionOf(region)) {
    return `an ARN of partition ${partition}, while Region ${region} is in ${partitionOf(region)}`;
  }
  if (form.sameRegion && arn.region !== region) {
    return `an ARN of Region ${arn.region}, while the service runs in ${region}`;
  }
  return undefined;
}

/** A cluster by its name, or by its ARN. */
export function parseCluster(raw: string, region: string | undefined): Parsed<string> {
  return /^[A-Za-z0-9_-]{1,255}$/.test(raw) ? accepted(raw) : parseArnForm(raw, clusterForm, region);
}
