import { pipeline } from 'node:stream/promises';
import type { Handler, RegistryCall } from './call.ts';
import { RegistryError } from './registry-error.ts';

/** Pulling blobs. Real ECR redirects to S3 for the bytes; here they come from the registry itself (README). */
export const sendBlob: Handler = async (call) => {
  const size = call.repository.blobs.get(call.reference);
  if (size === undefined) {
    throw new RegistryError(404, 'BLOB_UNKNOWN', `The blob '${call.reference}' is not in this repository`);
  }
  const range = parseRange(call, size);
  const length = range === undefined ? size : range.end - range.start + 1;
  call.response.writeHead(range === undefined ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'content-length': length,
    'docker-content-digest': call.reference,
    'accept-ranges': 'bytes',
    ...(range !== undefined && { 'content-range': `bytes ${range.start}-${range.end}/${size}` }),
  });
  if (call.request.method === 'HEAD' || length === 0) call.response.end();
  else await pipeline(call.state.blobs.read(call.reference, range), call.response);
};

/** One range, as resumed pulls ask for it; several in one header are answered with the whole blob (RFC 9110 §14.2). */
function parseRange(call: RegistryCall, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(call.request.headers.range ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const [, first = '', last = ''] = match;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start <= end) return { start, end };
  throw new RegistryError(416, 'RANGE_INVALID', `The blob has ${size} bytes`, {
    'content-range': `bytes */${size}`,
  });
}
