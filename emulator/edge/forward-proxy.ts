import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket } from 'node:tls';
import type { Authority } from './authority.ts';
import type { Routing } from './forwarding.ts';

/**
 * The proxy for `HTTPS_PROXY`. Names such as `*.ecs.REGION.on.aws` do not resolve on a laptop; a client that is told
 * of this proxy connects to them all the same, with real TLS to the real name. `CONNECT host:443` ends here: the proxy
 * takes the part of the load balancer and hands the decrypted connection to `dataPlane`. It never connects to the
 * outside, and a host that the emulator does not serve is refused by name.
 */
export function createForwardProxy(options: {
  readonly loadBalancing: Routing;
  readonly authority: Authority;
  readonly dataPlane: Server;
}): Server {
  const { loadBalancing, authority, dataPlane } = options;
  const contextFor = async (name: string, otherwise: SecureContext): Promise<SecureContext> =>
    loadBalancing.serves(name) ? authority.contextFor(name.toLowerCase()) : otherwise;

  const accept = async (host: string, socket: Duplex, head: Buffer): Promise<void> => {
    const own = await authority.contextFor(host);
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: own,
      ALPNProtocols: ['http/1.1'],
      // A client may connect to one name and ask for another, as `curl --connect-to` does; so may it on AWS.
      SNICallback: (name, done) => {
        contextFor(name, own).then((context) => done(null, context), done);
      },
    });
    secure.on('error', () => secure.destroy());
    dataPlane.emit('connection', secure);
  };

  const proxy = createServer((request, response) => answerPlain(loadBalancing, request, response));
  proxy.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const { host, port } = parseAuthority(request.url ?? '');
    if (!loadBalancing.serves(host)) refuse(socket, '403 Forbidden', notServed(host));
    else if (port !== '443') refuse(socket, '502 Bad Gateway', noListener(host, port));
    else accept(host, socket, head).catch(() => socket.destroy());
  });
  return proxy;
}

/** Plain HTTP through the proxy: `GET http://host/…`. Express makes no listener on port 80. */
function answerPlain(loadBalancing: Routing, request: IncomingMessage, response: ServerResponse): void {
  const url = URL.parse(request.url ?? '');
  const host = url?.hostname ?? '';
  const served = host !== '' && loadBalancing.serves(host);
  response.writeHead(served ? 502 : 403, { 'content-type': 'text/plain' });
  response.end(served ? noListener(host, url?.port || '80') : notServed(host || (request.url ?? '')));
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
  return `Connection to ${host}:${port} refused: the load balancer listens on 443 only.\n`;
}

function refuse(socket: Duplex, status: string, message: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(message)}\r\n` +
      `connection: close\r\n\r\n${message}`,
  );
}
