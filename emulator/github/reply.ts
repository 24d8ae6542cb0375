/** What goes over the wire. `error` is for the request log. */
export type GitHubReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly error?: string;
};
