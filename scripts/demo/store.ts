import { execFileSync } from 'node:child_process';

/** A database so small that it fits a demo: a list of columns, over HTTP. It runs beside the tasks, and is asked on loopback. */
export type Store = {
  /** As tasks reach it. */
  readonly url: string;
  readonly columns: () => Promise<string>;
  readonly stop: () => void;
};

const program = `
const columns = ['id', 'name'];
require('node:http').createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://store');
  const name = pathname.slice('/columns/'.length);
  if (request.method === 'PUT') {
    if (!/^[a-z]+$/.test(name)) return response.writeHead(400).end('a column is named in small letters: ' + name);
    if (!columns.includes(name)) columns.push(name);
  }
  response.end(columns.join(', '));
}).listen(8080);
process.on('SIGTERM', () => process.exit());
`;

/** Needs a Docker engine, and an image that has Node. */
export function startStore(image: string): Store {
  const docker = (...argv: readonly string[]) => execFileSync('docker', argv, { encoding: 'utf8' }).trim();
  const container = docker(
    'run',
    '--detach',
    '--rm',
    '--publish',
    '127.0.0.1::8080',
    image,
    'node',
    '-e',
    program,
  );
  const addresses = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const published = docker('port', container, '8080/tcp').split('\n')[0];
  return {
    url: `http://${docker('inspect', '--format', addresses, container)}:8080`,
    columns: async () => (await fetch(`http://${published}/columns/`)).text(),
    stop: () => void docker('rm', '--force', container),
  };
}

/** A version of the shop: it serves only where the store has all the columns that it reads. */
export const serverOf = (columns: readonly string[]): string => `
import { createServer } from 'node:http';
const needed = ${JSON.stringify(columns)};
const found = (await (await fetch(process.env.STORE_URL + '/columns/')).text()).split(', ');
const missing = needed.filter((column) => !found.includes(column));
if (missing.length > 0) {
  process.stderr.write('the store has no column ' + missing.join(', ') + '\\n');
  process.exit(1);
}
createServer((_request, response) => response.end('This version reads ' + needed.join(', ') + '\\n')).listen(8080);
process.once('SIGTERM', () => process.exit());
`;

/** Adds a column. Once more is no harm. */
export const migration = `
const column = process.argv[2];
const answer = await fetch(process.env.STORE_URL + '/columns/' + column, { method: 'PUT' });
const said = await answer.text();
process.stdout.write((answer.ok ? 'the store has ' : 'the store refuses: ') + said + '\\n');
process.exitCode = answer.ok ? 0 : 1;
`;

export const dockerfile = `ARG BASE_IMAGE
FROM \${BASE_IMAGE}
WORKDIR /app
COPY server.mjs migrate.mjs ./
USER 1000
CMD ["node", "server.mjs"]
`;
