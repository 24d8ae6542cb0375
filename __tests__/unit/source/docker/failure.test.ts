import { explainDockerFailure } from '../../../../src/source/docker/failure.ts';

const buildxFailure = (title: string, output: string, error: string) =>
  `#5 [2/2] RUN x\n#5 0.1 starting\n#5 ERROR: x\n------\n > ${title}:\n${output}\n------\n${error}`.split(
    '\n',
  );

test('a failing step of buildx: the error without its wrapping, and the last lines of the step', () => {
  const output = [1, 2, 3, 4, 5, 6].map((line) => `0.${line} line ${line}`).join('\n');
  const lines = [
    ...buildxFailure(
      '[2/2] RUN npm ci',
      output,
      'ERROR: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
    ),
    '',
    'View build details: docker-desktop://dashboard/build/x',
  ];
  expect(explainDockerFailure(lines)).toEqual({
    phase: 'build',
    cause: 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
    output: ['0.2 line 2', '0.3 line 3', '0.4 line 4', '0.5 line 5', '0.6 line 6'],
    hint: undefined,
  });
});

test('a failing command of a generated Dockerfile is the cause, in place of all commands of its phase', () => {
  const error =
    'ERROR: failed to solve: process "/bin/bash /mnt/run npm ci npm run build" did not complete successfully: exit code: 137';
  const output = '0.1 + npm run build\n0.2 exit code 137 from: npm run build';
  expect(explainDockerFailure(buildxFailure('[build 3/3] RUN ["/bin/bash"]', output, error))).toEqual({
    phase: 'build',
    cause: 'exit code 137 from: npm run build',
    output: ['0.1 + npm run build', '0.2 exit code 137 from: npm run build'],
    hint: expect.stringContaining('memory'),
  });
});

test('a program that the image does not have is no base image that there is not', () => {
  const error =
    'ERROR: failed to solve: process "/bin/sh -c yarn" did not complete successfully: exit code: 127';
  const failure = explainDockerFailure(
    buildxFailure('[2/2] RUN yarn', '0.1 /bin/sh: 1: yarn: not found', error),
  );
  expect(failure.hint).toBe(undefined);
});

test('a failing step of the classic builder', () => {
  const lines = [
    'Step 1/2 : FROM scratch',
    'old output',
    'Step 2/2 : RUN npm ci',
    ' ---> Running in 0123456789ab',
    '\u001b[91mnpm error missing lock file',
    '\u001b[0mRemoving intermediate container 0123456789ab',
    "The command '/bin/sh -c npm ci' returned a non-zero code: 1",
  ];
  expect(explainDockerFailure(lines)).toEqual({
    phase: 'build',
    cause: "The command '/bin/sh -c npm ci' returned a non-zero code: 1",
    output: ['npm error missing lock file'],
    hint: undefined,
  });
});

test.each([
  [
    'ERROR: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: target stage nosuch could not be found',
    'target stage nosuch could not be found',
    /build-target/,
  ],
  [
    'Error response from daemon: failed to reach build target nosuch in Dockerfile',
    'failed to reach build target nosuch in Dockerfile',
    /build-target/,
  ],
  [
    'ERROR: failed to solve: dockerfile parse error on line 3: unknown instruction: FOO',
    'dockerfile parse error on line 3: unknown instruction: FOO',
    /line of the Dockerfile/,
  ],
  [
    'ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref x::y: "/nofile": not found',
    'failed to calculate checksum of ref x::y: "/nofile": not found',
    /dockerignore/,
  ],
  [
    'ERROR: failed to solve: octo/base:1: failed to resolve source metadata for docker.io/octo/base:1: docker.io/octo/base:1: not found',
    'octo/base:1: failed to resolve source metadata for docker.io/octo/base:1: docker.io/octo/base:1: not found',
    /base image/,
  ],
  [
    'ERROR: failed to solve with frontend dockerfile.v0: failed to create LLB definition: docker.io/octo/base:1: not found',
    'docker.io/octo/base:1: not found',
    /base image/,
  ],
  [
    'toomanyrequests: You have reached your pull rate limit.',
    'toomanyrequests: You have reached your pull rate limit.',
    /public\.ecr\.aws/,
  ],
  [
    'ERROR: failed to solve: write /var/lib/docker/x: no space left on device',
    'write /var/lib/docker/x: no space left on device',
    /disk space/,
  ],
  [
    "unknown flag: --provenance\nSee 'docker buildx build --help'.",
    'unknown flag: --provenance',
    /Update Docker/,
  ],
])('%s', (text, cause, hint) => {
  const failure = explainDockerFailure(text.split('\n'));
  expect(failure).toMatchObject({ phase: 'build', cause });
  expect(failure.hint).toMatch(hint);
});

test.each([
  [
    'pushing r/web:v1 with docker',
    "ERROR: tag invalid: The image tag 'v1' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.",
    /immutable/,
  ],
  [
    'exporting to image',
    "ERROR: failed to solve: failed to push r/web:v1: unexpected status from PUT request to https://r/v2/web/manifests/v1: 400 Bad Request: tag invalid: The image tag 'v1' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.",
    /image-tags/,
  ],
  [
    'exporting cache to registry',
    'ERROR: failed to solve: error writing layer blob: denied: User: arn:aws:sts::1:assumed-role/x is not authorized to perform: ecr:InitiateLayerUpload on resource: y',
    /Allow that action/,
  ],
  ['pushing r/web:v1 with docker', 'ERROR: no basic auth credentials', /login/],
  [
    'pushing r/web:v1 with docker',
    "ERROR: name unknown: The repository with name 'web' does not exist in the registry with id '1'",
    /run the job again/,
  ],
  [
    'pushing r/web:v1 with docker',
    'ERROR: Get "http://r/v2/": dial tcp 127.0.0.1:5999: connect: connection refused',
    /network/,
  ],
])('%s: %s', (title, error, hint) => {
  const failure = explainDockerFailure(buildxFailure(title, '', error));
  expect(failure.phase).toBe('push');
  expect(failure.hint).toMatch(hint);
});

test('what a `docker push` says is about the push', () => {
  const lines = ['The push refers to repository [r/web]', 'denied: not authorized to perform: ecr:PutImage'];
  expect(explainDockerFailure(lines, 'push')).toMatchObject({
    phase: 'push',
    cause: 'denied: not authorized to perform: ecr:PutImage',
  });
});

test('a docker that says nothing is reported as that', () => {
  expect(explainDockerFailure(['', ''])).toMatchObject({ cause: 'docker printed nothing', output: [] });
});

/** What the program under build prints is about its own affairs, and the words of its command are the user's. */
describe('no hint comes from what the program under build says', () => {
  const sayings = [
    'exit 127',
    'yarn: not found',
    'curl: (22) The requested URL returned error: 401 Unauthorized',
    'npm error 429 Too Many Requests - GET https://registry.example.com/left-pad',
    'toomanyrequests: You have reached your pull rate limit.',
    'x509: certificate signed by unknown authority',
    'no basic auth credentials',
    'authorization token has expired',
    'dial tcp 10.0.0.1:443: connect: connection refused',
    'User: x is not authorized to perform: ecr:PutImage',
    'The repository with name web does not exist in the registry',
    'tag invalid: cannot be overwritten because the tag is immutable',
    'no space left on device',
    'manifest unknown',
    'pull access denied',
    'unknown flag: --verbose',
    'unknown instruction: FOO',
    'failed to reach build target all',
    'no match for platform',
    'the worker ended with exit code: 137',
    'import "x": not found',
    'sh: ./tool: exec format error',
    'failed to push some refs',
    'ERROR: 401 Unauthorized',
    '------',
  ];
  const builders: readonly [string, (saying: string) => readonly string[]][] = [
    [
      'buildx',
      (saying) =>
        buildxFailure(
          '[2/2] RUN make',
          `0.1 ${saying}\n0.2 ${saying}`,
          'ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2',
        ),
    ],
    [
      'buildx, in the command',
      (saying) =>
        buildxFailure(
          `[2/2] RUN echo '${saying}'; false`,
          `0.1 ${saying}`,
          `ERROR: failed to solve: process "/bin/sh -c echo '${saying}'; false" did not complete successfully: exit code: 1`,
        ),
    ],
    [
      'BuildKit of old',
      (saying) =>
        buildxFailure(
          '[2/2] RUN make',
          saying,
          `ERROR: failed to solve: rpc error: code = Unknown desc = executor failed running [/bin/sh -c echo '${saying}'; false]: exit code: 1`,
        ),
    ],
    [
      'the classic builder',
      (saying) => [
        'Step 2/2 : RUN make',
        ' ---> Running in 0123456789ab',
        saying,
        saying,
        `The command '/bin/sh -c echo "${saying}"; false' returned a non-zero code: 1`,
      ],
    ],
    [
      'Podman',
      (saying) => [
        'STEP 2/2: RUN make',
        saying,
        `Error: building at STEP "RUN echo '${saying}'; false": while running runtime: exit status 1`,
      ],
    ],
  ];
  const cases = builders.flatMap(([name, print]) => sayings.map((saying) => [name, saying, print] as const));

  test.each(cases)('%s: %s', (_name, saying, print) => {
    const failure = explainDockerFailure(print(saying));
    expect(failure).toMatchObject({ phase: 'build', hint: undefined });
    expect(failure.cause).toMatch(/(?:exit code:|exit status|non-zero code:) \d$/);
  });
});

test.each([
  ['no basic auth credentials', 'build', /base image/],
  ['no basic auth credentials', 'push', /AWS credentials/],
  [
    'unexpected status from HEAD request to https://r/v2/base/manifests/1: 401 Unauthorized',
    'build',
    /base image/,
  ],
  ['toomanyrequests: Rate exceeded', 'build', /public\.ecr\.aws/],
  ['toomanyrequests: Rate exceeded', 'push', /run the job again/],
  ["name unknown: The repository with name 'web' does not exist", 'build', /base image/],
  ["name unknown: The repository with name 'web' does not exist", 'push', /It creates the repository/],
  ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'build', /network/],
] as const)('%s, said by docker at the %s', (cause, phase, hint) => {
  expect(explainDockerFailure([cause], phase).hint).toMatch(hint);
});

test('a step that the runner cannot start for its architecture', () => {
  const error =
    'ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 255';
  const failure = explainDockerFailure(
    buildxFailure('[2/2] RUN make', '0.123 exec /bin/sh: exec format error', error),
  );
  expect(failure.hint).toMatch(/qemu/);
});
