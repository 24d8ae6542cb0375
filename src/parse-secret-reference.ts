import { accepted, type Parsed, refused } from './parse.ts';
import { type ArnForm, parseArn, parseArnForm } from './parse-arn.ts';

export type SecretPlace = {
  /** Where the service runs; `undefined` leaves out the check against it. */
  readonly region: string | undefined;
  /**
   * Whether the place itself says that it holds a reference, as `value-from` does. Elsewhere a plain word may be the
   * secret, written there by mistake.
   */
  readonly takesPlainNames: boolean;
};

/** AWS's own services put a `!` into names of theirs, such as `rds!db-…`. ECS takes a secret whole, or with all of `:json-key:version-stage:version-id`, which may be empty ("Specifying sensitive data"). */
export const secretName = /^secret:[\w/+=.@!-]+$/;
const secretWithKey = /^secret:[\w/+=.@!-]+(?::[^:\s]*){3}$/;
const secretWithFewerColons = /^secret:[\w/+=.@!-]+((?::[^:\s]*){1,2})$/;

const resources = {
  secretsmanager: new RegExp(`${secretName.source}|${secretWithKey.source}`),
  ssm: /^parameter\/[\w./-]+$/,
};

const parameterPath = /^(?:\/[\w.-]+)+$/;
const parameterName = /^\/?[\w.-]+(?:\/[\w.-]+)*$/;

/** What templates and manuals leave to be filled in: `<name>`, `${NAME}`, `{{ name }}`; in an ARN also `...`, `XXXXXX`, `?`. */
const placeholder = /^(?:<.*>|\$?\{.*\})$|^arn:.*(?:[<>{}?]|\.{3}|…|x{6})/i;
const regionForm = /^[a-z]{2,4}(?:-[a-z]+)+-\d+$/;

/** What a container gets as a secret, in the words of ECS: `valueFrom`. Never quotes the text: it may be the secret. */
export function parseSecretReference(raw: string, { region, takesPlainNames }: SecretPlace): Parsed<string> {
  const wanted = `the ARN of a Secrets Manager secret or SSM parameter, or the name of a parameter in the Region of the service${takesPlainNames ? '' : ' that begins with /'}`;
  if (isToFillIn(raw)) return refused({ seen: 'a text with a part to fill in', wanted });
  if ((takesPlainNames ? parameterName : parameterPath).test(raw)) return accepted(raw);
  const arn = parseArn(raw);
  const colons = secretWithFewerColons.exec(arn?.resource ?? '')?.[1]?.split(':').length;
  if (colons !== undefined) {
    return refused({
      seen: `an ARN with ${colons - 1} of the 3 colons behind the name of the secret`,
      wanted: 'all three, as in ARN:KEY:: (ARN:KEY:STAGE:VERSION)',
    });
  }
  const form: ArnForm = {
    services: Object.keys(resources),
    resource: arn?.service === 'ssm' ? resources.ssm : resources.secretsmanager,
    // ECS reads secrets in any Region.
    sameRegion: false,
    wanted,
  };
  const hidden = () => 'no ARN (its text is not shown: it may be the secret itself)';
  return parseArnForm(raw, form, region, hidden);
}

function isToFillIn(raw: string): boolean {
  if (placeholder.test(raw)) return true;
  const [, region, account] = /^arn:[^:]*:(?:secretsmanager|ssm):([^:]*):([^:]*):/.exec(raw) ?? [];
  if (region === undefined || account === undefined) return false;
  return !regionForm.test(region) || !/^\d{12}$/.test(account);
}
