import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as realDelay } from 'node:timers/promises';
import { answerControl, CONTROL_PREFIX, type Controls } from '../control/control-plane.ts';
import { deniedError, type Faults, faultError } from '../control/faults.ts';
import type { RequestLog } from '../control/request-log.ts';
import type { Ids } from '../ids.ts';
import { checkError, checkOutput, MisshapenAnswer, readInput } from '../shapes/shaped-call.ts';
import { AwsError, type AwsService, type CallContext, type Clock, type Operation } from '../world.ts';
import { cborProtocol } from './cbor-protocol.ts';
import { jsonProtocol } from './json-protocol.ts';
import { queryProtocol } from './query-protocol.ts';
import { restXmlProtocol } from './rest-xml-protocol.ts';
import type { Call, Protocol, WireReply, WireRequest } from './wire.ts';

export type AwsServerOptions = {
  readonly services: readonly AwsService[];
  readonly controls: Controls;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly region: string;
  /** The account an access key belongs to. */
  readonly accountOf: (accessKeyId: string) => string;
  /** Why the caller may not do this; `undefined` when it may. */
  readonly authorize?: (call: Call, context: CallContext) => Promise<string | undefined>;
  /** Who a denied call is said to come from. */
  readonly principalArn: string;
  /** Real milliseconds that each answer of AWS is held back. */
  readonly latencyMs: number;
  /** Told of an answer that does not fit AWS's model: a mistake of the emulator. */
  readonly onMisshapen: (why: string) => void;
};

/** In the order they are tried. A further protocol is one more file and one more entry. */
const PROTOCOLS: readonly Protocol[] = [jsonProtocol, cborProtocol, restXmlProtocol, queryProtocol];

/** The one address behind which all of AWS answers, and the emulator's own controls. */
export function createAwsServer(options: AwsServerOptions): Server {
  return createServer((request, response) => {
    handle(options, request, response).catch((error: unknown) => {
      process.stderr.write(
        `emulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end('The emulator failed; its own log says how.');
    });
  });
}

async function handle(
  options: AwsServerOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const receivedAtMs = Date.now();
  const request = await readRequest(incoming);
  const [path = '', search] = request.url.split('?', 2);
  if (path.startsWith(CONTROL_PREFIX)) {
    const answer = await answerControl(options.controls, {
      ...request,
      path,
      query: new URLSearchParams(search),
      body: request.body.toString('utf8'),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
    return;
  }
  const call = await recognise(request, options.services);
  if (!call) {
    response.writeHead(404, { 'content-type': 'text/plain' });
    response.end(`The emulator does not know the request ${request.method} ${path}.\n`);
    return;
  }
  await answerCall(options, call, { request, receivedAtMs, response });
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return {
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
}

async function recognise(request: WireRequest, services: readonly AwsService[]): Promise<Call | undefined> {
  for (const protocol of PROTOCOLS) {
    const call = await protocol(request, services);
    if (call) return call;
  }
  return undefined;
}

async function answerCall(
  options: AwsServerOptions,
  call: Call,
  exchange: {
    readonly request: WireRequest;
    readonly receivedAtMs: number;
    readonly response: ServerResponse;
  },
): Promise<void> {
  const { response, receivedAtMs } = exchange;
  const record = (status: number, error?: string): void =>
    options.log.record({
      at: new Date(options.clock.now()).toISOString(),
      receivedAtMs,
      service: call.service,
      operation: call.operation,
      input: call.input,
      status,
      ...(error === undefined ? {} : { error }),
    });
  const { fault, beforeReply } = await options.faults.befall(call);
  if (fault?.fault === 'hang') {
    record(0, 'hang');
    return;
  }
  if (fault?.fault === 'reset') {
    record(0, 'reset');
    response.destroy();
    return;
  }
  const context = callContext(options, exchange.request);
  // What is not modelled is refused by name, whoever asks.
  const denied = operationOf(call) && (await options.authorize?.(call, context));
  const injected = fault && faultError(fault, { ...call, principalArn: options.principalArn });
  const refusal = injected ?? (denied === undefined ? undefined : deniedError(call.dialect, denied));
  const requestId = options.ids.uuid();
  const { reply, error } = await runCall(options, call, { context, requestId, refusal });
  if (fault?.fault === 'lost-reply') {
    record(0, 'lost-reply');
    await beforeReply?.();
    response.destroy();
    return;
  }
  record(reply.status, error);
  await beforeReply?.();
  if (options.latencyMs > 0) await realDelay(options.latencyMs);
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
}

async function runCall(
  options: AwsServerOptions,
  call: Call,
  how: { readonly context: CallContext; readonly requestId: string; readonly refusal: AwsError | undefined },
): Promise<{ readonly reply: WireReply; readonly error?: string }> {
  try {
    if (how.refusal) throw how.refusal;
    return { reply: call.success(await perform(call, how.context), how.requestId) };
  } catch (error) {
    if (error instanceof MisshapenAnswer) {
      options.onMisshapen(error.message);
      const headers = { 'content-type': 'text/plain' };
      return { reply: { status: 500, headers, body: `${error.message}\n` }, error: 'MisshapenAnswer' };
    }
    if (!(error instanceof AwsError)) throw error;
    return { reply: call.failure(error, how.requestId), error: error.code };
  }
}

const operationOf = ({ api, operation }: Call): Operation | undefined =>
  api && Object.hasOwn(api.operations, operation) ? api.operations[operation] : undefined;

async function perform(call: Call, context: CallContext): Promise<unknown> {
  const { api, operation, service, unreadable } = call;
  const run = operationOf(call);
  if (!api || !run) {
    throw new AwsError('UnknownOperationException', `The emulator does not model ${service}:${operation}.`);
  }
  const input = unreadable ?? (await readInput(api, call));
  try {
    if (input instanceof AwsError) throw input;
    const output = await run(input, context);
    await checkOutput(api.name, operation, output);
    return output;
  } catch (error) {
    if (error instanceof AwsError) await checkError(api.name, error);
    throw error;
  }
}

/** Signatures are not checked: any access key will do, and its Region only names what is asked for. */
function callContext(options: AwsServerOptions, request: WireRequest): CallContext {
  const scope = /Credential=([^/,\s]+)/.exec(request.headers.authorization ?? '');
  const accessKeyId = scope?.[1] ?? '';
  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html
  const application = /(?:^|\s)app\/(\S+)/.exec(request.headers['user-agent'] ?? '')?.[1];
  return {
    region: options.region,
    accountId: options.accountOf(accessKeyId),
    accessKeyId,
    ...(application !== undefined && { application }),
  };
}
