import { accepted, type Parsed } from '../../parse.ts';
import { type ArnForm, certificateForm, parseArnForm, parseCluster, roleForm } from '../../parse-arn.ts';

const taskDefinitionForm: ArnForm = {
  services: ['ecs'],
  resource: /^task-definition\/[A-Za-z0-9_-]{1,255}:\d+$/,
  sameRegion: true,
  wanted: 'the ARN of a task definition revision, arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION',
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
  readonly certificate: (raw: string) => Parsed<string>;
  readonly secretReference: (raw: string) => Parsed<string>;
  readonly repositoryCredentials: (raw: string) => Parsed<string>;
};

/** `region`: where the service runs; `undefined` leaves out the checks against it. */
export function arnParsers(region: string | undefined): ArnParsers {
  // What stands in for a reference may be the secret itself: then it is not shown.
  const hidden = () => 'no ARN (its text is not shown: it may be the secret itself)';
  const secret = (raw: string) => parseArnForm(raw, secretForm, region, hidden);
  return {
    role: (raw) => parseArnForm(raw, roleForm, region),
    taskDefinition: (raw) => parseArnForm(raw, taskDefinitionForm, region),
    cluster: (raw) => parseCluster(raw, region),
    certificate: (raw) => parseArnForm(raw, certificateForm, region),
    secretReference: (raw) => (/^(?:\/[\w.-]+)+$/.test(raw) ? accepted(raw) : secret(raw)),
    repositoryCredentials: (raw) => parseArnForm(raw, credentialsForm, region, hidden),
  };
}
