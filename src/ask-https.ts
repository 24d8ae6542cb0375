import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { unlessAborted } from './poll.ts';

/** Until the head of the answer is there: a server may go on for ever with headers, or with 103 before them. */
const requestTimeoutMs = 10_000;

export type AnswerHead = { readonly status: number; readonly headers: IncomingHttpHeaders };

/** A GET of whose answer the head alone is wanted: the connection ends with it. */
export function askHttps(options: https.RequestOptions, cancelled?: AbortSignal): Promise<AnswerHead> {
  // The runner's proxy settings, as for every other request: Node's own agents look at them only when told to.
  return askHead(https.get, options, new https.Agent({ proxyEnv: process.env }), cancelled);
}

/** The same without TLS, on port 80 unless told. */
export function askHttp(options: http.RequestOptions, cancelled?: AbortSignal): Promise<AnswerHead> {
  return askHead(http.get, options, new http.Agent({ proxyEnv: process.env }), cancelled);
}

type Get = (
  options: https.RequestOptions,
  answered: (answer: http.IncomingMessage) => void,
) => http.ClientRequest;

async function askHead(
  get: Get,
  options: https.RequestOptions,
  agent: http.Agent,
  cancelled: AbortSignal | undefined,
): Promise<AnswerHead> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new Error(`no answer within ${requestTimeoutMs / 1000} s`)),
    requestTimeoutMs,
  );
  const signal = AbortSignal.any([late.signal, ...(cancelled === undefined ? [] : [cancelled])]);
  try {
    // Not by the signal of the request alone: while a proxy leads nowhere, Node tells a request nothing.
    return await unlessAborted(readHead(get, { ...options, agent, signal }), signal);
  } finally {
    clearTimeout(timer);
    agent.destroy();
  }
}

function readHead(get: Get, options: https.RequestOptions): Promise<AnswerHead> {
  return new Promise((resolve, reject) => {
    const asked = get(options, ({ statusCode = 0, headers }) => {
      resolve({ status: statusCode, headers });
      asked.destroy();
    });
    asked.on('error', reject);
  });
}
