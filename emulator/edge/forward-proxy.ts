import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket } from 'node:tls';
import type { Faults } from '../control/faults.ts';
import type { FrontEnd } from '../world.ts';
import type { Authority } from './authority.ts';
import type { Destinations } from './destination.ts';
import { passOn, tunnel } from './own-services.ts';
import { reportBug, whatBefallsPlain } from './weather.ts';

/**
 * The proxy for `HTTPS_PROXY` and `HTTP_PROXY`. Names such as `*.ecs.REGION.on.aws` do not resolve on a laptop; a client that is told
 * of this proxy connects to them all the same, with real TLS to the real name. `CONNECT host:443` ends here: the proxy
 * looks the name up in the emulated DNS, takes the part of the front end it leads to, and hands the decrypted
 * connection to `dataPlane`. It never connects to the outside, and a host that the emulator does not serve is refused
 * by name. The emulator's own servers can be reached through it, since some clients send everything through their
 * proxy whatever `NO_PROXY` says.
 */
export function createForwardProxy(options: {
  readonly destinations: Destinations;
  readonly faults: Faults;
  /** True for `host:port` of a server of the emulator itself. */
  readonly isOwnServer: (authority: string) => boolean;
  readonly authority: Authority;
  readonly dataPlane: Server;
}): Server {
  const { destinations, isOwnServer, authority, dataPlane } = options;

  const accept = async (frontEnd: FrontEnd, host: string, { socket, head }: Connection): Promise<void> => {
    // As on AWS the name asked for decides which certificate is shown; a client that asks for none gets the default.
    const contextFor = (serverName: string): Promise<SecureContext> =>
      authority.contextFor(frontEnd.certificateNames(serverName));
    const unasked = await contextFor(host);
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: unasked,
      ALPNProtocols: ['http/1.1'],
      // A client may connect to one name and ask for another, as `curl --connect-to` does; so may it on AWS.
      SNICallback: (name, done) => {
        contextFor(name).then((context) => done(null, context), done);
      },
    });
    secure.on('error', () => secure.destroy());
    destinations.bind(secure, frontEnd);
    dataPlane.emit('connection', secure);
  };

  const proxy = createServer((request, response) => {
    const url = URL.parse(request.url ?? '');
    if (url && isOwnServer(url.host)) passOn(url, request, response);
    else answerPlain(options, request, response).catch(reportBug);
  });
  proxy.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const { host, port } = parseAuthority(request.url ?? '');
    const frontEnd = destinations.forName(host);
    if (isOwnServer(`${host}:${port}`)) tunnel({ host, port: Number(port) }, { socket, head });
    else if (!frontEnd) refuse(socket, '403 Forbidden', notServed(host));
    else if (port !== '443') refuse(socket, '502 Bad Gateway', noListener(host, port));
    else accept(frontEnd, host, { socket, head }).catch(() => socket.destroy());
  });
  return proxy;
}

type Connection = { readonly socket: Duplex; readonly head: Buffer };

/**
 * Plain HTTP through the proxy: `GET http://host/…`. Express makes no listener on port 80, but somebody may have; App
 * Runner answers there with a redirect.
 */
async function answerPlain(
  { destinations, faults }: { readonly destinations: Destinations; readonly faults: Faults },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = URL.parse(request.url ?? '');
  const host = url?.hostname ?? '';
  const frontEnd = host === '' ? undefined : destinations.forName(host);
  const { fault, beforeReply } = await whatBefallsPlain(faults, host, request);
  if (fault?.fault === 'reset') {
    request.socket.destroy();
    return;
  }
  if (fault?.fault === 'hang') return;
  const query = url?.search.slice(1) ?? '';
  const answer = url?.port === '' ? frontEnd?.plainHttp({ host, path: url.pathname, query }) : undefined;
  await beforeReply?.();
  if (answer !== undefined && fault === undefined) {
    const { status, location } = answer;
    response.writeHead(status, { server: 'awselb/2.0', ...(location !== undefined && { location }) }).end();
    return;
  }
  response.writeHead(frontEnd ? 502 : 403, { 'content-type': 'text/plain' });
  response.end(frontEnd ? noListener(host, url?.port || '80') : notServed(host || (request.url ?? '')));
}

/** `host:port`, as CONNECT has it. */
function parseAuthority(authority: string): { readonly host: string; readonly port: string } {
  const match = /^(.*):(\d+)$/.exec(authority);
  return { host: (match?.[1] ?? authority).toLowerCase(), port: match?.[2] ?? '443' };
}

function notServed(host: string): string {
  return `The emulator does not serve ${host}, and its proxy connects to nothing else.\n`;
}

function noListener(host: string, port: string): string {
  return `Connection to ${host}:${port} refused: nothing listens there.\n`;
}

function refuse(socket: Duplex, status: string, message: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(message)}\r\n` +
      `connection: close\r\n\r\n${message}`,
  );
}
