import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Address } from '../world.ts';
import { withoutHopByHop } from './forwarding.ts';

/** `CONNECT 127.0.0.1:4566`: bytes in both directions. */
export function tunnel(
  address: Address,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
): void {
  const upstream = connect(address, () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.on('error', () => {});
  upstream.on('close', () => socket.end());
  socket.on('close', () => upstream.destroy());
}

/** `POST http://127.0.0.1:4566/`: the same request at the address itself. */
export function passOn(url: URL, request: IncomingMessage, response: ServerResponse): void {
  const headers = withoutHopByHop(request.headers);
  const upstream = httpRequest(url, { method: request.method, headers, agent: false });
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers));
    answer.pipe(response);
  });
  upstream.on('error', () => response.destroy());
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}
