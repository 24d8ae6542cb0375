import type { Permissions } from './identities.ts';
import {
  type Given,
  readBoolean,
  readChoice,
  readGiven,
  readNumber,
  readText,
  readTexts,
  requireNumber,
  requireText,
} from './reading.ts';
import { type GitHubState, WORKFLOW_TOKEN } from './state.ts';

export function setUpRepository({ repository, accounts }: GitHubState, value: unknown): void {
  const given = readGiven(value, 'repository', [
    'owner',
    'ownerId',
    'name',
    'id',
    'visibility',
    'defaultBranch',
    'behindDefaultBranch',
  ]);
  const owner = readText(given, 'owner');
  if (owner !== undefined) repository.owner = accounts.named(owner);
  const ownerId = readNumber(given, 'ownerId');
  if (ownerId !== undefined) {
    repository.owner = { ...repository.owner, id: ownerId };
    accounts.put(repository.owner);
  }
  repository.name = readText(given, 'name') ?? repository.name;
  repository.id = readNumber(given, 'id') ?? repository.id;
  repository.visibility =
    readChoice(given, 'visibility', ['public', 'private', 'internal']) ?? repository.visibility;
  repository.defaultBranch = readText(given, 'defaultBranch') ?? repository.defaultBranch;
  repository.behindDefaultBranch = readTexts(given, 'behindDefaultBranch') ?? repository.behindDefaultBranch;
}

export function setUpAccount({ accounts }: GitHubState, value: unknown): void {
  const given = readGiven(value, 'users', ['login', 'id', 'type']);
  accounts.put({
    login: requireText(given, 'login'),
    id: requireNumber(given, 'id'),
    type: readChoice(given, 'type', ['User', 'Bot', 'Organization']) ?? 'User',
  });
}

/** The workflow's own token, or, with `token` and `login`, one of a person. */
export function setUpToken({ tokens, accounts }: GitHubState, value: unknown): void {
  const given = readGiven(value, 'token', ['token', 'login', 'permissions']);
  const token = readText(given, 'token');
  const permissions = readPermissions(given);
  if (token !== undefined && token !== WORKFLOW_TOKEN) {
    tokens.set(token, { account: accounts.named(requireText(given, 'login')), kind: 'api', permissions });
    return;
  }
  const login = readText(given, 'login');
  const now = tokens.get(WORKFLOW_TOKEN);
  if (!now) return;
  tokens.set(WORKFLOW_TOKEN, {
    ...now,
    ...(login !== undefined && { account: accounts.named(login) }),
    ...(permissions !== undefined && { permissions }),
  });
}

function readPermissions(given: Given): Permissions | undefined {
  const value = given['permissions'];
  if (value === undefined) return undefined;
  const named: Given = { ...Object(value) };
  const levels = Object.keys(named).map((name) => {
    const level = readChoice(named, name, ['read', 'write', 'none']) ?? 'none';
    return [name.replaceAll('_', '-'), level] as const;
  });
  return Object.fromEntries(levels);
}

export function setUpOidc({ oidc }: GitHubState, value: unknown): void {
  const given = readGiven(value, 'oidc', [
    'job',
    'claims',
    'immutableSubject',
    'subjectKeys',
    'requestToken',
  ]);
  oidc.jobId = readNumber(given, 'job') ?? oidc.jobId;
  if (given['claims'] !== undefined) oidc.claims = { ...Object(given['claims']) };
  oidc.usesImmutableSubject = readBoolean(given, 'immutableSubject') ?? oidc.usesImmutableSubject;
  if (given['subjectKeys'] !== undefined) {
    oidc.subjectKeys = given['subjectKeys'] === null ? undefined : readTexts(given, 'subjectKeys');
  }
}
