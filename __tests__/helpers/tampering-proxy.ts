import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Stands between the action and the emulator, and changes answers: for what AWS may say one day and the emulator, which
 * follows its documents, never does. `change` gets the parsed answer of a JSON call that went well.
 */
export async function startTamperingProxy(
  target: string,
  change: (operation: string, answer: Record<string, unknown>) => unknown,
): Promise<{ readonly url: string; readonly stop: () => void }> {
  const server = createServer((request, response) => {
    void (async () => {
      const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
      const answer = await fetch(`${target}${request.url}`, {
        method: request.method ?? 'POST',
        headers: forwardedHeaders(request),
        ...(request.method !== 'GET' && { body: await readBody(request) }),
      });
      const body = await answer.text();
      const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
      const changed = answer.ok && isJson ? JSON.stringify(change(operation, JSON.parse(body))) : body;
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'text/plain',
      });
      response.end(changed);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function forwardedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const names = ['x-amz-target', 'content-type', 'authorization', 'x-amz-date', 'user-agent'];
  return Object.fromEntries(names.flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : [])));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
