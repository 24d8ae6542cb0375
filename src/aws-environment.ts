import type { InputReader } from './input-reader.ts';
import { quote } from './parse.ts';

/** What the runner tells about Region and credentials. */
export type InputEnvironment = {
  readonly region: string | undefined;
  /** A shared config file may name the Region instead, and only the SDK can tell. */
  readonly regionMayBeInProfile: boolean;
  readonly credentials: 'present' | 'absent' | 'unknown';
};

type ReadVariable = (name: string) => string | undefined;

/**
 * `sharedConfigExists`: one of the files that `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name, by default those
 * in `~/.aws`, is there.
 */
export function parseEnvironment(
  readVariable: ReadVariable,
  seen: { readonly sharedConfigExists: boolean },
): InputEnvironment {
  const value = (name: string) => readVariable(name)?.trim() || undefined;
  return {
    region: value('AWS_REGION') ?? value('AWS_DEFAULT_REGION'),
    regionMayBeInProfile: seen.sharedConfigExists,
    credentials: judgeCredentials(value, seen.sharedConfigExists),
  };
}

/** Sets of variables that the SDK takes credentials from. Half a set gives none. */
const credentialVariables: readonly (readonly string[])[] = [
  ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'],
  ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
];

function judgeCredentials(value: ReadVariable, sharedConfigExists: boolean): InputEnvironment['credentials'] {
  const complete = credentialVariables.some((set) => set.every((name) => value(name) !== undefined));
  if (complete) return 'present';
  // Self-hosted runners may have an instance role, which shows only when asked. GitHub's own machines have none.
  const canBeElsewhere = sharedConfigExists || value('RUNNER_ENVIRONMENT') !== 'github-hosted';
  return canBeElsewhere ? 'unknown' : 'absent';
}

const regionForm = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;

export function reportEnvironment(
  reader: Pick<InputReader<never>, 'report'>,
  environment: InputEnvironment,
): void {
  const { region, regionMayBeInProfile, credentials } = environment;
  const wanted = 'a Region such as eu-west-1; aws-actions/configure-aws-credentials sets it';
  if (region === undefined && !regionMayBeInProfile) {
    reader.report({ input: 'AWS_REGION', seen: 'not set, and AWS_DEFAULT_REGION is not either', wanted });
  }
  if (region !== undefined && !regionForm.test(region)) {
    reader.report({ input: 'AWS_REGION', seen: quote(region), wanted });
  }
  if (credentials === 'absent') {
    reader.report({
      input: 'AWS credentials',
      seen: 'none in the environment of this step',
      wanted:
        'a step with aws-actions/configure-aws-credentials before this one (its role-to-assume needs "permissions: id-token: write"; pull requests from forks get no secrets)',
    });
  }
}
