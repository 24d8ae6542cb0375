import http from 'node:http';
import https from 'node:https';
import { pipeline, type Readable, Transform } from 'node:stream';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { watchForDoubt } from './doubt.ts';

/** For the head of an answer, and again for its body. */
const requestTimeoutMs = 20_000;
/** Far above the longest page of any list. */
const largestAnswerBytes = 32 * 1024 * 1024;

/**
 * The SDK's own deadline is for the head of an answer alone: a body that drips would hold the job for hours. A name that
 * the SDK knows makes it ask again.
 */
class PatientHandler extends NodeHttpHandler {
  override async handle(...asked: Parameters<NodeHttpHandler['handle']>) {
    const answer = await super.handle(...asked);
    answer.response.body = limit(answer.response.body as Readable);
    return answer;
  }
}

function limit(body: Readable): Readable {
  let size = 0;
  const limited = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      size += chunk.length;
      if (size > largestAnswerBytes) done(new Error(`the answer has more than ${largestAnswerBytes} bytes`));
      else done(null, chunk);
    },
  });
  const late = `the answer did not end within ${requestTimeoutMs / 1000} s`;
  const giveUp = () => limited.destroy(Object.assign(new Error(late), { name: 'TimeoutError' }));
  const timer = setTimeout(giveUp, requestTimeoutMs);
  timer.unref();
  pipeline(body, limited, () => clearTimeout(timer));
  return limited;
}

/**
 * What every SDK client is constructed with.
 *
 * Proxy: the SDK makes its own agents, so neither Node's global proxy support nor the environment reaches it unless the
 * agents are told. Self-hosted runners behind a proxy set nothing but HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
 *
 * Retries: `standard` mode retries throttling, 5xx and broken connections with backoff; five attempts outlast a short
 * throttle without hiding an outage (the SDK's own default is three).
 */
export function clientConfig() {
  const region = givenRegion();
  const agentOptions = { keepAlive: true, maxSockets: 50, proxyEnv: process.env };
  return {
    ...(region && { region }),
    maxAttempts: 5,
    retryMode: 'standard',
    customUserAgent: [['express-deploy-actions', '0']] satisfies [string, string][],
    requestHandler: new PatientHandler({
      connectionTimeout: 5_000,
      // A reply that never comes must become a retry: without the second option the SDK only warns.
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: new http.Agent(agentOptions),
      httpsAgent: new https.Agent(agentOptions),
    }),
  };
}

/** The CLI and the other SDKs read the second variable as well; the JavaScript SDK does not. */
function givenRegion(): string | undefined {
  return process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'];
}

/** For a sentence: a name that is not found is often one of another Region. */
export function nameRegion(): string {
  return givenRegion() ?? 'the Region of the profile';
}

type ClientClass<Client> = new (config: ReturnType<typeof clientConfig>) => Client;

const clients = new Map<ClientClass<unknown>, Map<string | undefined, unknown>>();

/**
 * The one client of a service in this process, so that connections and resolved credentials are shared; one for each
 * Region that is named. Its class comes from whoever asks: what is not used is not loaded.
 */
export function clientOf<Client>(Class: ClientClass<Client>, region?: string): Client {
  const known = clients.get(Class) ?? new Map<string | undefined, unknown>();
  clients.set(Class, known);
  const there = known.get(region) as Client | undefined;
  if (there !== undefined) return there;
  const client = new Class({ ...clientConfig(), ...(region !== undefined && { region }) });
  watchForDoubt(client);
  known.set(region, client);
  return client;
}
