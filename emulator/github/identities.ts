import { nodeId } from './node-id.ts';

export type Account = {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Bot' | 'Organization';
};

/** What a token may do: `{ actions: 'read' }`. As in a workflow's `permissions`, what is not named is not allowed. */
export type Permissions = Readonly<Record<string, 'read' | 'write' | 'none'>>;

export type Caller = {
  readonly account: Account;
  /** A job's own token is for OIDC alone. */
  readonly kind: 'api' | 'job';
  /** Undefined: everything. */
  readonly permissions: Permissions | undefined;
};

export type Accounts = {
  /** Everybody is known: an account is made when it is first named. */
  readonly named: (login: string) => Account;
  readonly put: (account: Account) => void;
};

/** GitHub's own bot, whose id is public. */
export const ACTIONS_BOT: Account = { login: 'github-actions[bot]', id: 41_898_282, type: 'Bot' };

export function createAccounts(): Accounts {
  const known = new Map<string, Account>([[ACTIONS_BOT.login, ACTIONS_BOT]]);
  let nextId = 583_231;
  return {
    named: (login) => {
      const found = known.get(login.toLowerCase());
      if (found) return found;
      const account: Account = { login, id: nextId, type: login.endsWith('[bot]') ? 'Bot' : 'User' };
      nextId += 1;
      known.set(login.toLowerCase(), account);
      return account;
    },
    put: (account) => void known.set(account.login.toLowerCase(), account),
  };
}

export function showAccount(account: Account, apiUrl: string): object {
  const url = `${apiUrl}/users/${encodeURIComponent(account.login)}`;
  const page = account.login.replace(/^(.*)\[bot\]$/, 'apps/$1');
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type, account.id),
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${page}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

/** `actions=read` is met by read or write, `issues=write` by write alone. */
export function isAllowed(permissions: Permissions | undefined, needs: readonly string[]): boolean {
  if (permissions === undefined || needs.length === 0) return true;
  return needs.some((need) => {
    const [name = '', level] = need.split('=');
    const given = permissions[name.replaceAll('_', '-')];
    return given === 'write' || (given === 'read' && level === 'read');
  });
}
