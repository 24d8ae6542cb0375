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
import { graphqlRoute } from './graphql.ts';
import { labelRoutes } from './labels.ts';
import { pullRequestRoutes } from './pull-requests.ts';
import { repositoryRoutes } from './repository.ts';
import { createGitHubServer } from './server.ts';
import { createGitHubState, WORKFLOW_TOKEN } from './state.ts';

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
      ...labelRoutes(state),
      ...commentRoutes(state),
      ...deploymentRoutes(state),
      ...deploymentStatusRoutes(state),
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
  return { GITHUB_API_URL: `http://${host}:${port}`, GITHUB_TOKEN: WORKFLOW_TOKEN };
}
