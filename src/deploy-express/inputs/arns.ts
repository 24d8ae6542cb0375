import type { Parsed } from '../../parse.ts';
import { type ArnForm, certificateForm, parseArnForm, parseCluster, roleForm } from '../../parse-arn.ts';
import { parseSecretReference, secretName } from '../../parse-secret-reference.ts';

const taskDefinitionForm: ArnForm = {
  services: ['ecs'],
  resource: /^task-definition\/[A-Za-z0-9_-]{1,255}:\d+$/,
  sameRegion: true,
  wanted: 'the ARN of a task definition revision, arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION',
};

const credentialsForm: ArnForm = {
  services: ['secretsmanager'],
  resource: secretName,
  sameRegion: false,
  wanted: 'the ARN of the Secrets Manager secret with the login',
};

export type ArnParsers = {
  readonly role: (raw: string) => Parsed<string>;
  readonly taskDefinition: (raw: string) => Parsed<string>;
  readonly cluster: (raw: string) => Parsed<string>;
  readonly certificate: (raw: string) => Parsed<string>;
  /** `takesPlainNames`: the place says itself that it holds a reference. */
  readonly secretReference: (raw: string, takesPlainNames: boolean) => Parsed<string>;
  readonly repositoryCredentials: (raw: string) => Parsed<string>;
};

/** `region`: where the service runs; `undefined` leaves out the checks against it. */
export function arnParsers(region: string | undefined): ArnParsers {
  // What stands in for a reference may be the secret itself: then it is not shown.
  const hidden = () => 'no ARN (its text is not shown: it may be the secret itself)';
  return {
    role: (raw) => parseArnForm(raw, roleForm, region),
    taskDefinition: (raw) => parseArnForm(raw, taskDefinitionForm, region),
    cluster: (raw) => parseCluster(raw, region),
    certificate: (raw) => parseArnForm(raw, certificateForm, region),
    secretReference: (raw, takesPlainNames) => parseSecretReference(raw, { region, takesPlainNames }),
    repositoryCredentials: (raw) => parseArnForm(raw, credentialsForm, region, hidden),
  };
}
