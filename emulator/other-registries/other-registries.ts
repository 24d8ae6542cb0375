import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Control } from '../control/control-plane.ts';
import { closeServer, listenOn } from '../listening.ts';
import type { FrontEnd } from '../world.ts';
import { answer, type Tokens, tokenHostOf } from './answers.ts';
import { type ForeignRepository, PUBLIC_HOSTS, parseForeignRepositories, resolveForeign } from './images.ts';

/**
 * Registries that are not AWS's private one (GitHub's, Docker Hub, ECR Public), as clients of the emulator's proxy reach
 * them by their real names. Of the hosts that are not public, one of which nothing was set up is not served.
 */
export async function createOtherRegistries(address: string): Promise<{
  readonly frontEnd: FrontEnd;
  readonly control: Control;
  /** What an image of theirs is resolved to when a deployment begins. */
  readonly digestOf: (image: string) => string | undefined;
  readonly close: () => Promise<void>;
}> {
  let repositories: readonly ForeignRepository[] = [];
  const tokens: Tokens = new Map();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { status, headers, body } = answer(repositories, tokens, request);
    const text = JSON.stringify(body ?? {});
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : text);
  });
  const listening = await listenOn(server, 0);
  const plays = (given: string): boolean => {
    const host = given.toLowerCase().replace(/:\d+$/, '');
    return [...repositories.map((each) => each.host), ...PUBLIC_HOSTS].some(
      (each) => host === each || host === tokenHostOf(each),
    );
  };
  return {
    frontEnd: {
      address,
      hasName: plays,
      serves: plays,
      route: (host) => (plays(host) ? { address: listening } : { status: 404 }),
      certificateNames: (serverName) => [serverName],
      plainHttp: () => undefined,
    },
    control: {
      GET: () => repositories,
      POST: (body) => {
        repositories = parseForeignRepositories(body);
        tokens.clear();
      },
    },
    digestOf: (image) => resolveForeign(repositories, image),
    close: () => closeServer(server),
  };
}
