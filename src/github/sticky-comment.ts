import type { GitHubApi, Wish } from './api.ts';

export type StickyComment = {
  readonly pullRequest: number;
  /** First line of the body, by which the comment is found again. */
  readonly marker: string;
  /** With the marker. */
  readonly body: string;
  /** False: only a comment that is there already is written. */
  readonly create: boolean;
};

/**
 * Writes the one comment of that marker. Only a comment by the token's own identity counts: anybody can write the marker
 * into a comment, and have it edited, or taken for ours. One that was minimised was put away by somebody; it stays so.
 */
export async function writeStickyComment(api: GitHubApi, comment: StickyComment): Promise<void> {
  const wish = {
    doing: `write the comment on pull request ${comment.pullRequest}`,
    permission: 'pull-requests: write',
    isAnnouncement: true,
  } as const;
  const existing = await findComment(api, comment, wish);
  if (existing === undefined) {
    if (!comment.create) return;
    await api.send('POST', `/issues/${comment.pullRequest}/comments`, wish, { body: comment.body });
    return;
  }
  // GitHub may give line ends back in another form than it took them.
  if (existing.body.replaceAll('\r\n', '\n').trim() === comment.body.trim()) return;
  await api.send('PATCH', `/issues/comments/${existing.id}`, wish, { body: comment.body });
}

type RawComment = {
  readonly id?: number;
  readonly body?: string;
  readonly user?: { readonly login?: string } | null;
  readonly minimized?: object | null;
};

async function findComment(
  api: GitHubApi,
  { pullRequest, marker }: StickyComment,
  wish: Wish,
): Promise<{ readonly id: number; readonly body: string } | undefined> {
  const viewer = await readViewer(api, wish);
  for await (const item of api.list(`/issues/${pullRequest}/comments`, wish)) {
    const { id, body, user, minimized } = item as RawComment;
    const isOwn = user?.login !== undefined && bareLogin(user.login) === viewer;
    if (id !== undefined && isOwn && !minimized && body?.startsWith(marker)) return { id, body };
  }
  return undefined;
}

/** REST does not tell a workflow's token who it is: `GET /user` is refused to it. */
async function readViewer(api: GitHubApi, wish: Wish): Promise<string | undefined> {
  const answer = await api.query('query { viewer { login } }', {}, wish);
  const { viewer } = Object(answer) as { readonly viewer?: { readonly login?: string } };
  return viewer?.login === undefined ? undefined : bareLogin(viewer.login);
}

/** An app calls itself `name[bot]`, which not all answers add. */
function bareLogin(login: string): string {
  return login.toLowerCase().replace(/\[bot\]$/, '');
}
