import { type DockerState, judgeDocker } from '../../../../src/source/docker/detect.ts';
import type { DockerExit } from '../../../../src/source/docker/docker.ts';

const said = (text: string, exitCode = 0): DockerExit => ({
  kind: 'exited',
  exitCode,
  stdout: exitCode === 0 ? text.split('\n') : [],
  lines: text.split('\n'),
});
const version = (client: string, os = 'linux') =>
  said(JSON.stringify({ Client: { Version: client }, Server: { Version: '1', Os: os } }));
const noBuildx = said("docker: 'buildx' is not a docker command.", 1);
const buildx = said('github.com/docker/buildx v0.30.1 9f5d8d0');
const inspected = (driver: string, cacheExport?: boolean) =>
  said(
    [
      'Name:          mine',
      `Driver:        ${driver}`,
      'Last Activity: 2026-11-20 08:00:00 +0000 UTC',
      'Nodes:',
      'Name:      mine0',
      ...(cacheExport === undefined ? [] : ['Features:', ` Cache export:         ${cacheExport}`]),
    ].join('\n'),
  );

const ready = (builder: Extract<DockerState, { kind: 'ready' }>['builder']) => ({ kind: 'ready', builder });

test.each<[string, Parameters<typeof judgeDocker>[0], object]>([
  [
    'no docker',
    { version: { kind: 'not-found' }, buildx: { kind: 'not-found' }, inspected: { kind: 'not-found' } },
    { kind: 'missing' },
  ],
  [
    'an engine that does not answer',
    {
      version: said('{"Client":{}}\nCannot connect to the Docker daemon at tcp://127.0.0.1:1.', 1),
      buildx,
      inspected: said('ERROR: Cannot connect', 1),
    },
    { kind: 'unreachable', because: 'Cannot connect to the Docker daemon at tcp://127.0.0.1:1.' },
  ],
  [
    'a Windows engine',
    { version: version('28.0.4', 'windows'), buildx, inspected: inspected('docker') },
    { kind: 'windows-containers' },
  ],
  [
    'the docker driver on the classic image store',
    { version: version('28.0.4'), buildx, inspected: inspected('docker', false) },
    ready({ kind: 'buildx', driver: 'docker', limited: true }),
  ],
  [
    'the docker driver on the containerd image store',
    { version: version('29.1.0'), buildx, inspected: inspected('docker', true) },
    ready({ kind: 'buildx', driver: 'docker', limited: false }),
  ],
  [
    'a builder of setup-buildx-action',
    { version: version('28.0.4'), buildx, inspected: inspected('docker-container', true) },
    ready({ kind: 'buildx', driver: 'docker-container', limited: false }),
  ],
  [
    'a buildx that does not list features, docker driver',
    { version: version('23.0.0'), buildx, inspected: inspected('docker') },
    ready({ kind: 'buildx', driver: 'docker', limited: true }),
  ],
  [
    'a builder that cannot be inspected',
    { version: version('28.0.4'), buildx, inspected: said('ERROR: no builder "gone" found', 1) },
    ready({ kind: 'buildx', driver: 'unknown', limited: false }),
  ],
  [
    'an old docker, which has BuildKit by itself',
    { version: version('20.10.24+dfsg1'), buildx: noBuildx, inspected: noBuildx },
    ready({ kind: 'docker-build', buildKit: true }),
  ],
  [
    'a new docker without buildx, which has no BuildKit',
    { version: version('28.2.2'), buildx: noBuildx, inspected: noBuildx },
    ready({ kind: 'docker-build', buildKit: false }),
  ],
  [
    'podman under the name of docker',
    {
      version: said('{"Client":{"APIVersion":"5.4.0","Version":"5.4.0"}}'),
      buildx: said('buildah 1.39.0'),
      inspected: said('Driver: x'),
    },
    ready({ kind: 'docker-build', buildKit: true }),
  ],
])('%s', (_name, seen, expected) => {
  expect(judgeDocker(seen)).toEqual(expected);
});

test.each([
  'null',
  '"text"',
  '[]',
  '',
  'warning\n{',
  '{"Client":null,"Server":7}',
  '{"Client":{"Version":28}}',
])('a version that says nothing useful is no failure: %j', (text) => {
  const seen = { version: said(text), buildx: said('github.com/docker/buildx v0.30.0'), inspected: said('') };
  expect(judgeDocker(seen)).toEqual({
    kind: 'ready',
    builder: { kind: 'buildx', driver: 'unknown', limited: false },
  });
});
