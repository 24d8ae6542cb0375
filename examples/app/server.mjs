import { createServer } from 'node:http';

/** A page in one colour, so that an update can be seen. Configured by PORT and COLOUR alone. */
const port = Number(process.env.PORT ?? 8080);
const colour = process.env.COLOUR ?? 'blue';
const colours = ['blue', 'green', 'orange', 'purple', 'red'];

// A version that is configured wrongly ends at once, with a line in the log that says why: the deployment is then rolled back.
if (!colours.includes(colour)) {
  process.stderr.write(`COLOUR is "${colour}"; it must be one of ${colours.join(', ')}\n`);
  process.exit(1);
}

const server = createServer((request, response) => {
  switch (new URL(request.url ?? '/', 'http://app').pathname) {
    case '/':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(
        `<!doctype html><title>${colour}</title><body style="background: ${colour}; color: white"><h1>This is ${colour}</h1>\n`,
      );
      return;
    case '/healthz':
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end('ok\n');
      return;
    default:
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end('not found\n');
  }
});

server.listen(port, () => process.stdout.write(`listening on ${port}, in ${colour}\n`));

// ECS sends SIGTERM and waits: requests that are under way are answered, and keep-alive connections closed.
process.once('SIGTERM', () => {
  process.stdout.write('stopping\n');
  server.close();
  server.closeIdleConnections();
});
