import { accepted, type Parsed, quote, refused } from '../../parse.ts';
import { type Arn, parseArn, partitionOf } from '../../parse-arn.ts';

type ArnForm = {
  readonly services: readonly string[];
  /** Of the part after the account. */
  readonly resource: RegExp;
  /** ECS reads secrets in any Region, but knows only its own clusters and task definitions. */
  readonly sameRegion: boolean;
  readonly wanted: string;
};

const roleForm: ArnForm = {
  services: ['iam'],
  resource: /^role\/[\w+=,.@/-]+$/,
  sameRegion: false,
  wanted: 'the ARN of an IAM role, arn:aws:iam::ACCOUNT:role/NAME',
};

const taskDefinitionForm: ArnForm = {
  services: ['ecs'],
  resource: /^task-definition\/[A-Za-z0-9_-]{1,255}:\d+$/,
  sameRegion: true,
  wanted: 'the ARN of a task definition revision, arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION',
};

const clusterForm: ArnForm = {
  services: ['ecs'],
  resource: /^cluster\/[A-Za-z0-9_-]{1,255}$/,
  sameRegion: true,
  wanted: 'the name of a cluster (letters, digits, - and _) or its ARN',
};

const secretResource = /^secret:[\w/+=.@-]+(?::[^:\s]*){0,3}$/;

/** `:json-key:version-stage:version-id` may follow the ARN of a Secrets Manager secret. */
const secretForm: ArnForm = {
  services: ['secretsmanager', 'ssm'],
  resource: new RegExp(`${secretResource.source}|^parameter/[\\w./-]+$`),
  sameRegion: false,
  wanted:
    'the ARN of a Secrets Manager secret or SSM parameter, or the name of a parameter in this Region that begins with /',
};

const credentialsForm: ArnForm = {
  services: ['secretsmanager'],
  resource: secretResource,
  sameRegion: false,
  wanted: 'the ARN of the Secrets Manager secret with the login',
};

export type ArnParsers = {
  readonly role: (raw: string) => Parsed<string>;
  readonly taskDefinition: (raw: string) => Parsed<string>;
  readonly cluster: (raw: string) => Parsed<string>;
  readonly secretReference: (raw: string) => Parsed<string>;
  readonly repositoryCredentials: (raw: string) => Parsed<string>;
};

/** `region`: where the service runs; `undefined` leaves out the checks against it. */
export function arnParsers(region: string | undefined): ArnParsers {
  // What stands in for a reference may be the secret itself: then it is not shown.
  const hidden = () => 'no ARN (its text is not shown: it may be the secret itself)';
  const secret = (raw: string) => parseNamedArn(raw, secretForm, region, hidden);
  return {
    role: (raw) => parseNamedArn(raw, roleForm, region, quote),
    taskDefinition: (raw) => parseNamedArn(raw, taskDefinitionForm, region, quote),
    cluster: (raw) =>
      /^[A-Za-z0-9_-]{1,255}$/.test(raw) ? accepted(raw) : parseNamedArn(raw, clusterForm, region, quote),
    secretReference: (raw) => (/^(?:\/[\w.-]+)+$/.test(raw) ? accepted(raw) : secret(raw)),
    repositoryCredentials: (raw) => parseNamedArn(raw, credentialsForm, region, hidden),
  };
}

function parseNamedArn(
  raw: string,
  form: ArnForm,
  region: string | undefined,
  describe: (raw: string) => string,
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
