import { request } from 'node:http';
import type { EmulatorHandle } from '../../__tests__/helpers/emulator.ts';

/** Asks the emulated load balancer as a browser would, by the host name of the service. */
export function ask(emulator: EmulatorHandle, host: string): Promise<string> {
  const [hostname, port] = emulator.http.split(':');
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: '/', headers: { host } }, (response) => {
      response.setEncoding('utf8');
      let body = '';
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve(body.trim()));
    })
      .on('error', reject)
      .end();
  });
}
