import { parseChallenge, tokenUrl } from '../../../src/registry/challenge.ts';

const ghcr = 'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:o/r:pull"';
const hub =
  'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"';

test.each([
  [ghcr, 'https://ghcr.io/token?service=ghcr.io&scope=repository%3Ao%2Fr%3Apull'],
  [hub, 'https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Ao%2Fr%3Apull'],
  [
    'Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws"',
    'https://public.ecr.aws/token/?service=public.ecr.aws&scope=repository%3Ao%2Fr%3Apull',
  ],
  ['bearer realm=https://r.example/t', 'https://r.example/t?scope=repository%3Ao%2Fr%3Apull'],
  [
    'Basic realm="r", Bearer realm="https://r.example/t?a=b"',
    'https://r.example/t?a=b&scope=repository%3Ao%2Fr%3Apull',
  ],
])('the token for %s', (header, expected) => {
  const challenge = parseChallenge(header);
  expect(challenge && tokenUrl(challenge, 'o/r').href).toBe(expected);
});

test.each([
  [undefined],
  [''],
  ['Basic realm="Registry"'],
  ['Bearer'],
  ['Bearer service="ghcr.io"'],
  ['Bearer realm="http://ghcr.io/token"'],
  ['Bearer realm="not an address"'],
  ['Bearer realm="file:///etc/passwd"'],
])('no token is asked for by %p', (header) => {
  expect(parseChallenge(header)).toBeUndefined();
});
