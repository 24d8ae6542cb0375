import { type GitHubRequest, notFound, ok, type Route } from './api.ts';
import { showAccount } from './identities.ts';
import { nodeId } from './node-id.ts';
import type { GitHubState, Repository } from './state.ts';

export const fullName = ({ owner, name }: Repository): string => `${owner.login}/${name}`;

/** Where a repository's resources begin; the same repository however its name is written. */
export const repositoryUrl = (apiUrl: string, repository: Repository): string =>
  `${apiUrl}/repos/${fullName(repository)}`;

/** GitHub does not tell a repository that is not there from one that the token does not see. */
export function requireRepository({ params }: GitHubRequest, repository: Repository): void {
  const asked = `${params['owner']}/${params['repo']}`.toLowerCase();
  if (asked !== fullName(repository).toLowerCase()) throw notFound();
}

export function repositoryRoutes({ repository, accounts }: GitHubState): readonly Route[] {
  return [
    {
      operation: 'repos/get',
      method: 'GET',
      path: '/repos/{owner}/{repo}',
      needs: [],
      answer: (request) => {
        requireRepository(request, repository);
        return ok({
          ...showRepository(repository, request.apiUrl),
          default_branch: repository.defaultBranch,
          visibility: repository.visibility,
        });
      },
    },
    {
      operation: 'users/get-by-username',
      method: 'GET',
      path: '/users/{username}',
      needs: [],
      answer: ({ params, apiUrl }) => ok(showAccount(accounts.named(params['username'] ?? ''), apiUrl)),
    },
  ];
}

export function showRepository(repository: Repository, apiUrl: string): object {
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.visibility !== 'public',
    owner: showAccount(repository.owner, apiUrl),
    html_url: `https://github.com/${fullName(repository)}`,
    description: null,
    fork: false,
    url: repositoryUrl(apiUrl, repository),
  };
}
