import { ActionError } from '../errors.ts';

export type GitHubAccess = {
  /** `https://api.github.com`, or the server's own. */
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
};

/** The newest version; a fixed one, so that answers keep their shape. */
const apiVersion = '2026-03-10';
const retries = 3;

/** One GET. Whatever is not a 200 with JSON in it closes the gate. */
export async function getJson(access: GitHubAccess, path: string, doing: string): Promise<JsonReader> {
  // A client of the toolkit, which honours the runner's proxy settings.
  const { HttpClient } = await import('@actions/http-client');
  const client = new HttpClient('shift-traffic', [], {
    allowRetries: true,
    maxRetries: retries,
    socketTimeout: 20_000,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${access.token}`,
      'x-github-api-version': apiVersion,
    },
  });
  try {
    const response = await client.get(`${access.apiUrl}${path}`);
    const status = response.message.statusCode ?? 0;
    const body = await response.readBody();
    if (status !== 200) throw refuse(doing, `GitHub answered ${status}`, hintFor(status));
    return readJson(JSON.parse(body), doing);
  } catch (cause) {
    if (cause instanceof ActionError) throw cause;
    throw refuse(doing, cause instanceof Error ? cause.message : String(cause), undefined, cause);
  } finally {
    client.dispose();
  }
}

function hintFor(status: number): string | undefined {
  if (status === 401) return "Leave github-token out; the job's own token stands for it.";
  if (status === 403) return 'Give the job "permissions: actions: read".';
  if (status === 404) {
    return 'Give the job "permissions: actions: read", and check that the environment exists. Private repositories have environments only on paid plans.';
  }
  return undefined;
}

function refuse(doing: string, because: string, hint?: string, cause?: unknown): ActionError {
  return new ActionError('gate-refused', `could not ${doing}: ${because}`, {
    ...(hint !== undefined && { hint }),
    cause,
  });
}

/** Foreign JSON, read member by member: one of another shape than expected is a refusal, never a default. */
export type JsonReader = {
  readonly value: unknown;
  /** Neither missing nor null. */
  readonly isPresent: boolean;
  readonly get: (member: string) => JsonReader;
  readonly list: () => readonly JsonReader[];
  readonly text: () => string;
  readonly number: () => number;
};

export function readJson(value: unknown, where: string): JsonReader {
  const wrong = (wanted: string) => refuse('understand GitHub', `${where}: ${wanted} was expected`);
  return {
    value,
    isPresent: value !== undefined && value !== null,
    get: (member) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('an object');
      return readJson((value as Record<string, unknown>)[member], `${where}, ${member}`);
    },
    list: () => {
      if (!Array.isArray(value)) throw wrong('a list');
      return value.map((item, index) => readJson(item, `${where}, entry ${index + 1}`));
    },
    text: () => {
      if (typeof value !== 'string') throw wrong('a text');
      return value;
    },
    number: () => {
      if (typeof value !== 'number') throw wrong('a number');
      return value;
    },
  };
}
