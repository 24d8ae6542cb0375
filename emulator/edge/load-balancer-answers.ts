import type { ServerResponse } from 'node:http';
import type { OwnStatus } from '../world.ts';

const REASONS = {
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
} as const;

export function ownAnswer(status: OwnStatus): {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string;
} {
  // The listener's default action is a fixed response, and says nothing of the balancer.
  if (status === 404) return answer('text/plain; charset=utf-8', 'Not Found');
  const reason = REASONS[status];
  const page =
    `<html>\r\n<head><title>${reason}</title></head>\r\n<body>\r\n` +
    `<center><h1>${reason}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return answer('text/html', page);
}

export function sendOwnAnswer(response: ServerResponse, status: OwnStatus): void {
  const { headers, body } = ownAnswer(status);
  response.writeHead(status, headers).end(response.req.method === 'HEAD' ? undefined : body);
}

function answer(contentType: string, body: string) {
  return {
    headers: {
      server: 'awselb/2.0',
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
    },
    body,
  };
}
