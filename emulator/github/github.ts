import type { Control } from '../control/control-plane.ts';
import type { Faults } from '../control/faults.ts';
import type { RequestLog } from '../control/request-log.ts';
import type { Ids } from '../ids.ts';
import { closeServer, listenOn } from '../listening.ts';
import type { Address, Clock } from '../world.ts';
import { commentRoutes } from './comments.ts';
import { githubControl } from './control.ts';
import { deploymentStatusRoutes } from './deployment-statuses.ts';
import { deploymentRoutes } from './deployments.ts';
import { environmentRoutes } from './environments.ts';
import { graphqlRoute } from './graphql.ts';
import { oidcRoutes } from './oidc.ts';
import { pullRequestRoutes } from './pull-requests.ts';
import { repositoryRoutes } from './repository.ts';
import { reviewRoutes } from './reviews.ts';
import { runRoutes } from './runs.ts';
import { createGitHubServer } from './server.ts';
import { createGitHubState, ID_TOKEN_REQUEST_TOKEN, WORKFLOW_TOKEN } from './state.ts';

export type GitHub = {
  readonly control: Control;
  /** Answers with what a job has in its environment. */
  readonly listen: (port: number) => Promise<Readonly<Record<string, string>>>;
  readonly close: () => Promise<void>;
};

/** GitHub as far as the actions ask it: its REST API, and the issuer of a job's identity token. */
export function createGitHub(parts: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly latencyMs: number;
}): GitHub {
  const state = createGitHubState(parts.clock);
  const server = createGitHubServer({
    ...parts,
    routes: [
      ...repositoryRoutes(state),
      ...pullRequestRoutes(state),
      ...commentRoutes(state),
      ...deploymentRoutes(state),
      ...deploymentStatusRoutes(state),
      ...environmentRoutes(state),
      ...runRoutes(state),
      ...reviewRoutes(state),
      ...oidcRoutes(state),
      graphqlRoute,
    ],
    callerOf: (token) => state.tokens.get(token),
  });
  return {
    control: githubControl(state),
    listen: async (port) => environmentOf(await listenOn(server, port)),
    close: () => closeServer(server),
  };
}

function environmentOf({ host, port }: Address): Readonly<Record<string, string>> {
  const url = `http://${host}:${port}`;
  return {
    GITHUB_API_URL: url,
    GITHUB_TOKEN: WORKFLOW_TOKEN,
    // The toolkit appends "&audience=", so there must be a query already.
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/_apis/oidc/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: ID_TOKEN_REQUEST_TOKEN,
  };
}
