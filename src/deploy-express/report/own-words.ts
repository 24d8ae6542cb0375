import type { ErrorCode } from '../../errors.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { DeployResult, Failure } from '../model/result.ts';

/**
 * Comments and deployments go out by GitHub's API, where the runner masks nothing, and are for whoever may see the
 * repository. So they hold words of ours, names and links: never what docker, AWS or a container said, which may quote a
 * secret. The log has that.
 */
export function tellFailure(
  { error, inOwnWords }: Failure,
  { outcome, version }: Pick<DeployResult, 'outcome' | 'version'>,
): string {
  const { code, message } = error;
  const reached = version === 'deployed' ? 'it was deployed, but ' : '';
  if (code === undefined) return `${reached}${message}`;
  // A plan quotes nobody: it names services, limits and inputs, and its whole use is to be read.
  if (code === 'plan-refused') return `${reached}${message.split('\n')[0]} [${code}]`;
  const usual =
    outcome === 'rolled-back'
      ? 'the deployment was rolled back'
      : (sentences as Readonly<Partial<Record<ErrorCode, string>>>)[code];
  return `${reached}${inOwnWords ?? usual ?? 'it failed'} [${code}]`;
}

/** It tells GitHub nothing. */
type OfShiftTraffic =
  | 'state-changed'
  | 'health-check-missing'
  | 'gate-refused'
  | 'change-timed-out'
  | 'inconclusive'
  | 'rolled-back'
  | 'no-way-back'
  | 'verification-failed';

const sentences: Readonly<Record<Exclude<ErrorCode, OfShiftTraffic | 'plan-refused'>, string>> = {
  'input-invalid': 'an input cannot be used; nothing was changed',
  'build-failed': 'the image could not be built; the service is as it was',
  'push-failed': 'the image could not be pushed; the service is as it was',
  'pre-deploy-failed': 'the command before the deployment failed; the service is as it was',
  'access-denied': 'AWS denied a request to the role of the job',
  'credentials-expired': 'the AWS credentials of the job expired',
  'credentials-missing': 'the job has no AWS credentials that are valid',
  'aws-unavailable': 'AWS did not answer',
  'aws-refused': 'AWS refused a request',
  'runner-refused': 'a file of the runner could not be written',
  'github-refused': 'GitHub refused a request',
  'deployment-failed': 'the deployment failed',
  'deployment-timed-out': 'the deployment did not end in time',
  'smoke-test-failed': 'the URL does not answer as it should',
  'not-public': 'the new service is not reachable from the internet',
  'certificate-pending': 'the certificate is not issued yet; the service is as it was',
  'certificate-failed': 'ACM does not issue the certificate; the service is as it was',
  'change-refused': 'Route 53 refused a record of the certificate; the service is as it was',
  'record-protected': 'a record set protection forbids a record of the certificate; the service is as it was',
  'domain-not-attached': 'not every name of the service leads to it',
  cancelled: 'the job was cancelled',
};

/** Values as short as "true" are words of everybody. */
const shortestValue = 8;
/** A line of a secret file may be no more than a bracket. */
const shortestSecretLine = 4;

/** What the inputs hold that nobody may see. Values of variables and build arguments are secrets often enough. */
export function knownSecrets({ image, settings, github }: DeployInputs): readonly string[] {
  const build = image.kind === 'build' ? image.build : undefined;
  const values = [
    ...(settings.environment ?? []).map(({ value }) => value),
    ...(build?.buildArgs ?? []).map((argument) => argument.slice(argument.indexOf('=') + 1)),
  ];
  const secrets = [...(build?.buildSecrets ?? []).map(({ value }) => value), github.token ?? ''];
  return [...pieces(values, shortestValue), ...pieces(secrets, shortestSecretLine)];
}

function pieces(texts: readonly string[], shortest: number): readonly string[] {
  return texts
    .flatMap((text) => text.split(/\r\n|\r|\n/))
    .map((line) => line.trim())
    .filter((line) => line.length >= shortest);
}

/** @param names what may be told although it holds a secret: one variable may hold the service's own name. */
export function withoutSecrets(
  text: string,
  { secrets, names }: { readonly secrets: readonly string[]; readonly names: readonly string[] },
): string {
  const kept = names.flatMap((name) => placesOf(name, text));
  const hidden = secrets
    .flatMap((secret) => placesOf(secret, text))
    .filter(({ from, to }) => !kept.some((name) => name.from <= from && to <= name.to))
    .toSorted((one, other) => one.from - other.from || other.to - one.to);
  let told = '';
  let end = 0;
  for (const { from, to } of hidden) {
    if (from >= end) told += `${text.slice(end, from)}***`;
    end = Math.max(end, to);
  }
  return told + text.slice(end);
}

type Place = { readonly from: number; readonly to: number };

function placesOf(part: string, text: string): readonly Place[] {
  const places: Place[] = [];
  if (part === '') return places;
  for (let from = text.indexOf(part); from >= 0; from = text.indexOf(part, from + 1)) {
    places.push({ from, to: from + part.length });
  }
  return places;
}
