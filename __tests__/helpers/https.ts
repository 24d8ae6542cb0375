import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect as connectTls } from 'node:tls';
import type { EmulatorHandle } from './emulator.ts';

export type HttpsAnswer = { readonly status: number; readonly body: string };

/**
 * A request as a client with `HTTPS_PROXY` makes it: CONNECT to `through` (the host itself if not given), TLS and Host
 * for `host`. Rejects when the certificate is not for the host.
 */
export function getHttps(
  emulator: EmulatorHandle,
  host: string,
  through: string = host,
): Promise<HttpsAnswer> {
  const proxy = new URL(emulator.env['HTTPS_PROXY'] ?? '');
  const ca = readFileSync(emulator.env['NODE_EXTRA_CA_CERTS'] ?? '');
  return new Promise((resolve, reject) => {
    const tunnel = request({
      host: proxy.hostname,
      port: proxy.port,
      method: 'CONNECT',
      path: `${through}:443`,
    });
    tunnel.on('error', reject);
    tunnel.on('connect', (answer, socket) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        reject(new Error(`the proxy answered ${answer.statusCode}`));
        return;
      }
      const secure = connectTls({ socket, servername: host, ca });
      secure.on('error', reject);
      secure.on('secureConnect', () => {
        const inner = request({ createConnection: () => secure, headers: { host, connection: 'close' } });
        inner.on('error', reject);
        inner.on('response', (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text: string) => {
            body += text;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        });
        inner.end();
      });
    });
    tunnel.end();
  });
}
