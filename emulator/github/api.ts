import type { Caller } from './identities.ts';

/** The seams of the emulated GitHub: what a route is, and what its handler gets and gives. */

export type GitHubRequest = {
  /** `{owner}` and its like in the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Where this API answers: what `url` members begin with. */
  readonly apiUrl: string;
};

export type GitHubAnswer =
  | { readonly kind: 'one'; readonly status: 200 | 201 | 202; readonly body: unknown }
  /** Cut into pages by the server. */
  | { readonly kind: 'list'; readonly items: readonly unknown[] };

export type Route = {
  /** GitHub's own operation id, as in its OpenAPI description: `repos/get-environment`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  /** Permissions of the token of which one is enough, as in the header `X-Accepted-GitHub-Permissions`. */
  readonly needs: readonly string[];
  /** Who may ask; unless said otherwise, whoever has a token of the API. */
  readonly callers?: 'job' | 'anyone';
  readonly answer: (request: GitHubRequest) => GitHubAnswer | Promise<GitHubAnswer>;
};

/** An error as GitHub answers it. */
export class GitHubError extends Error {
  readonly status: number;
  /** Further members of the body: `errors`. */
  readonly details: object;
  constructor(status: number, message: string, details: object = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

export const ok = (body: unknown): GitHubAnswer => ({ kind: 'one', status: 200, body });
export const created = (body: unknown): GitHubAnswer => ({ kind: 'one', status: 201, body });
export const notFound = (): GitHubError => new GitHubError(404, 'Not Found');

/** 422, with the field that is wrong, as GitHub lists it. */
export const invalid = (resource: string, field: string, message: string): GitHubError =>
  new GitHubError(422, 'Validation Failed', { errors: [{ resource, field, code: 'custom', message }] });

/** Members of a body. GitHub answers 422 to a member of the wrong type. */
export function textOf(body: GitHubRequest['body'], name: string): string | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(name, value, 'a string');
}

export function requiredTextOf(body: GitHubRequest['body'], name: string): string {
  const value = textOf(body, name);
  if (value !== undefined) return value;
  throw new GitHubError(422, `Invalid request.\n\n"${name}" wasn't supplied.`);
}

export function booleanOf(body: GitHubRequest['body'], name: string, otherwise: boolean): boolean {
  const value = body[name] ?? otherwise;
  if (typeof value === 'boolean') return value;
  throw wrongType(name, value, 'a boolean');
}

export function textsOf(body: GitHubRequest['body'], name: string): readonly string[] | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw wrongType(name, value, 'an array of strings');
}

function wrongType(name: string, value: unknown, wanted: string): GitHubError {
  return new GitHubError(
    422,
    `Invalid request.\n\nFor 'properties/${name}', ${JSON.stringify(value)} is not ${wanted}.`,
  );
}
