import { GitHubError, ok, type Route } from './api.ts';

/**
 * The one question that REST has no answer to for a workflow's token: who am I? (`GET /user` is refused to it.)
 */
export const graphqlRoute: Route = {
  operation: 'graphql',
  method: 'POST',
  path: '/graphql',
  needs: [],
  answer: ({ body, caller }) => {
    const query = String(body['query'] ?? '')
      .replace(/\s+/g, ' ')
      .trim();
    if (!/^(query( \w+)? ?)?\{ ?viewer ?\{ ?login ?\} ?\}$/.test(query)) {
      throw new GitHubError(501, `The emulator does not model the GraphQL query ${query}`);
    }
    return ok({ data: { viewer: { login: caller.account.login } } });
  },
};
