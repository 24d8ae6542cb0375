import { randomBytes } from 'node:crypto';
import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Address, Routed } from '../world.ts';
import { ownAnswer, sendOwnAnswer } from './load-balancer-answers.ts';

/** The balancer's idle timeout as it comes; real seconds, because the container is as slow as it is. */
const IDLE_TIMEOUT_MS = 60_000;

/** What a load balancer writes down of a client that closed the connection before there was an answer. */
const GONE_AWAY = 460;

/** RFC 9110 §7.6.1: these are about one connection and are not passed on. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Passes the request to the target that was chosen for it, and the answer back, both as streams. */
export function forward(
  routed: Routed,
  request: IncomingMessage,
  reply: { readonly response: ServerResponse; readonly beforeReply: (() => Promise<void>) | undefined },
): void {
  const { response, beforeReply } = reply;
  const startedAt = performance.now();
  let [fromTarget, isConnected] = [false, false];
  response.on('close', () => {
    const milliseconds = performance.now() - startedAt;
    const status = response.headersSent ? response.statusCode : GONE_AWAY;
    routed.ended?.({ status, milliseconds, fromTarget, isConnected });
  });
  if ('status' in routed) {
    sendOwnAnswer(response, routed.status);
    return;
  }
  routed.began?.();
  const upstream = toTarget(routed.address, request, headersForTarget(request));
  upstream.on('socket', (socket) =>
    socket.once('connect', () => {
      isConnected = true;
    }),
  );
  let timedOut = false;
  upstream.setTimeout(IDLE_TIMEOUT_MS, () => {
    timedOut = true;
    upstream.destroy(new Error('the target did not answer in time'));
  });
  upstream.on('error', () => {
    if (response.headersSent) response.destroy();
    else sendOwnAnswer(response, timedOut ? 504 : 502);
  });
  const passBack = async (answer: IncomingMessage): Promise<void> => {
    await beforeReply?.();
    fromTarget = true;
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', withoutHopByHop(answer.headers));
    await pipeline(answer, response);
  };
  upstream.on('response', (answer) => {
    // Both ends were told by pipeline already when one of them breaks off.
    passBack(answer).catch(() => {});
  });
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}

/** The same for `Connection: Upgrade`, as WebSocket clients ask: after the target agrees, bytes in both directions. */
export function forwardUpgrade(
  routed: Routed,
  request: IncomingMessage,
  connection: { readonly socket: Socket; readonly head: Buffer },
): void {
  const { socket, head } = connection;
  socket.on('error', () => socket.destroy());
  const startedAt = performance.now();
  let isConnected = false;
  const end = (status: number, fromTarget: boolean): void =>
    routed.ended?.({ status, milliseconds: performance.now() - startedAt, fromTarget, isConnected });
  if ('status' in routed) {
    socket.end(ownAnswerText(routed.status));
    end(routed.status, false);
    return;
  }
  routed.began?.();
  const upstream = toTarget(routed.address, request, {
    ...headersForTarget(request),
    connection: 'upgrade',
    upgrade: request.headers.upgrade,
  });
  upstream.on('socket', (toTargetSocket) =>
    toTargetSocket.once('connect', () => {
      isConnected = true;
    }),
  );
  upstream.on('error', () => {
    socket.end(ownAnswerText(502));
    end(502, false);
  });
  upstream.on('response', (answer) => {
    // The target refuses the upgrade and answers in plain HTTP.
    socket.write(headText(answer));
    answer.pipe(socket);
    end(answer.statusCode ?? 502, true);
  });
  upstream.on('upgrade', (answer, target, firstBytes) => {
    target.on('error', () => socket.destroy());
    socket.on('close', () => target.destroy());
    socket.write(headText(answer));
    socket.write(firstBytes);
    target.write(head);
    target.pipe(socket).pipe(target);
    end(101, true);
  });
  upstream.end();
}

function toTarget(address: Address, request: IncomingMessage, headers: IncomingHttpHeaders) {
  // No connection is kept: a port may belong to another container a moment later.
  return httpRequest({ ...address, method: request.method, path: request.url, headers, agent: false });
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html */
function headersForTarget(request: IncomingMessage): IncomingHttpHeaders {
  const before = request.headers['x-forwarded-for'];
  const client = request.socket.remoteAddress ?? '127.0.0.1';
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return {
    'x-amzn-trace-id': `Root=1-${seconds}-${randomBytes(12).toString('hex')}`,
    ...withoutHopByHop(request.headers),
    'x-forwarded-for': before === undefined ? client : `${before}, ${client}`,
    // The only listener is HTTPS on 443, also where the emulator offers it without TLS.
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '443',
  };
}

export function withoutHopByHop(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name) && !named.includes(name)),
  );
}

function headText(answer: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`];
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    lines.push(`${answer.rawHeaders[index]}: ${answer.rawHeaders[index + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function ownAnswerText(status: Parameters<typeof ownAnswer>[0]): string {
  const { headers, body } = ownAnswer(status);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Refused\r\n${lines.join('')}connection: close\r\n\r\n${body}`;
}
