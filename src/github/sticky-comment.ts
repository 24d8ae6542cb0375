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
 * Writes the comment of that marker. Two jobs that began at once may have made one each: then all say the same. Only a comment by the token's own identity counts: anybody can write the marker
 * into a comment, and have it edited, or taken for ours. One that was minimised was put away by somebody; it stays so.
 */
export async function writeStickyComment(api: GitHubApi, comment: StickyComment): Promise<void> {
  const wish = {
    doing: `write the comment on pull request ${comment.pullRequest}`,
    permission: 'pull-requests: write',
    isAnnouncement: true,
  } as const;
  const existing = await findComments(api, comment, wish);
  if (existing.length === 0 && comment.create) {
    await api.send('POST', `/issues/${comment.pullRequest}/comments`, wish, { body: comment.body });
  }
  for (const { id, body } of existing) {
    // GitHub may give line ends back in another form than it took them.
    if (body.replaceAll('\r\n', '\n').trim() === comment.body.trim()) continue;
    await api.send('PATCH', `/issues/comments/${id}`, wish, { body: comment.body });
  }
}

type RawComment = {
  readonly id?: number;
  readonly body?: string;
  readonly user?: { readonly login?: string } | null;
  readonly minimized?: object | null;
};

async function findComments(
  api: GitHubApi,
  { pullRequest, marker }: StickyComment,
  wish: Wish,
): Promise<readonly { readonly id: number; readonly body: string }[]> {
  const viewer = await readViewer(api, wish);
  const found: { readonly id: number; readonly body: string }[] = [];
  for await (const item of api.list(`/issues/${pullRequest}/comments`, wish)) {
    const { id, body, user, minimized } = item as RawComment;
    const isOwn = user?.login !== undefined && bareLogin(user.login) === viewer;
    if (id !== undefined && isOwn && !minimized && body?.startsWith(marker)) found.push({ id, body });
  }
  return found;
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
