import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** Far above any answer of docker's that is read. A build may print whatever it likes without ever ending a line. */
const longestLine = 64 * 1024;

/** Gives each line to `take` as it comes, cut where it is too long: no more than that is ever held. */
export async function readLines(stream: Readable, take: (line: string) => void): Promise<void> {
  let line = '';
  let isCut = false;
  let isAfterReturn = false;
  const keep = (piece: string) => {
    isCut ||= line.length + piece.length > longestLine;
    line += piece.slice(0, longestLine - line.length);
  };
  const end = () => {
    take(isCut ? `${line} … (cut)` : line);
    line = '';
    isCut = false;
  };
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const text = isAfterReturn && chunk.startsWith('\n') ? chunk.slice(1) : chunk;
    isAfterReturn = chunk.endsWith('\r');
    const [first = '', ...others] = text.split(/\r\n|\r|\n/);
    keep(first);
    for (const piece of others) {
      end();
      keep(piece);
    }
  });
  await once(stream, 'close');
  if (line !== '') end();
}
