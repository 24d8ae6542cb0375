import { completeInputs } from '../../../../src/deploy-express/inputs/fill.ts';
import type { DeployInputs } from '../../../../src/deploy-express/model/inputs.ts';
import { planDeploy } from '../../../../src/deploy-express/plan/plan.ts';
import { renderPlan } from '../../../../src/deploy-express/report/summary.ts';
import type { PreparedSource } from '../../../../src/source/prepare-source.ts';
import { deployInputs, roles } from '../../../helpers/deploy-inputs.ts';
import { managedBuild } from '../../../helpers/managed-build.ts';

type Run = NonNullable<Extract<PreparedSource, { kind: 'generated' }>['service']>['run'];

const file = (
  run: Partial<Run> = {},
  origin: 'apprunner.yaml' | 'inputs' = 'apprunner.yaml',
): PreparedSource => ({
  kind: 'generated',
  generated: { origin, build: managedBuild({}), port: run.port, folder: '' },
  service: {
    run: { port: undefined, portVariable: undefined, environment: [], secrets: [], ...run },
    startCommand: undefined,
  },
  notices: [],
});

const filled = (raw: Readonly<Record<string, string>>, prepared: PreparedSource): DeployInputs =>
  completeInputs(deployInputs({ image: '', source: '.', ...roles, ...raw }), {
    prepared,
    imported: undefined,
  });

/** The lines of a plan for a service that is not there yet, without those on image and roles. */
function linesOf(inputs: DeployInputs): readonly string[] {
  const plan = planDeploy(
    inputs,
    { kind: 'absent', clusterExists: true, expressServiceCount: 0 },
    { kind: 'to-be-built' },
  );
  if (plan.kind === 'refuse') throw new Error(plan.because);
  return renderPlan(plan, true).filter(
    (line) => line.includes(' → ') && !/^(?:image|\w+-role-arn)/.test(line),
  );
}

test('the port becomes container-port and PORT, the rest what it is', () => {
  const inputs = filled(
    {},
    file({
      port: 3000,
      portVariable: 'APP_PORT',
      environment: [{ name: 'LEVEL', value: 'info' }],
      secrets: [{ name: 'KEY', valueFrom: '/key' }],
    }),
  );
  expect(inputs.settings).toMatchObject({
    containerPort: 3000,
    environment: [
      { name: 'PORT', value: '3000' },
      { name: 'APP_PORT', value: '3000' },
      { name: 'LEVEL', value: 'info' },
    ],
    secrets: [{ name: 'KEY', valueFrom: '/key' }],
  });
  expect(linesOf(inputs)).toEqual([
    'container-port: not set → 3000 (apprunner.yaml)',
    'environment-variables: PORT: not set → set (apprunner.yaml)',
    'environment-variables: APP_PORT: not set → set (apprunner.yaml)',
    'environment-variables: LEVEL: not set → set (apprunner.yaml)',
    'secrets: KEY: not set → set (apprunner.yaml)',
  ]);
});

test("without a port it is App Runner's", () => {
  expect(linesOf(filled({}, file()))).toEqual([
    "container-port: not set → 8080 (App Runner's default)",
    'environment-variables: PORT: not set → set (apprunner.yaml)',
  ]);
});

test('an input goes before the file, variable by variable', () => {
  const inputs = filled(
    { 'container-port': '5000', 'environment-variables': 'LEVEL=debug\nKEY=plain' },
    file({
      port: 3000,
      environment: [
        { name: 'LEVEL', value: 'info' },
        { name: 'OTHER', value: 'x' },
      ],
      secrets: [{ name: 'KEY', valueFrom: '/key' }],
    }),
  );
  expect(inputs.settings).toMatchObject({
    containerPort: 5000,
    environment: [
      { name: 'LEVEL', value: 'debug' },
      { name: 'KEY', value: 'plain' },
      { name: 'PORT', value: '5000' },
      { name: 'OTHER', value: 'x' },
    ],
  });
  expect(inputs.settings.secrets).toEqual([]);
  expect(inputs.origins).toEqual(
    new Map([
      ['environment-variables: PORT', 'apprunner.yaml'],
      ['environment-variables: OTHER', 'apprunner.yaml'],
      ['command', 'apprunner.yaml'],
    ]),
  );
});

test('a PORT in the file is the port, and one of the inputs is kept with a word', () => {
  expect(
    filled({}, file({ port: 80, environment: [{ name: 'PORT', value: '9' }] })).settings.environment,
  ).toEqual([{ name: 'PORT', value: '80' }]);
  const inputs = filled({ 'environment-variables': 'PORT=9' }, file({ port: 80 }));
  expect(inputs.settings.environment).toEqual([{ name: 'PORT', value: '9' }]);
  expect(inputs.notices).toEqual([
    'PORT in environment-variables is not container-port 80: an application that listens on what PORT says is not reached.',
  ]);
});

test('the start command of a file with a Dockerfile becomes the command', () => {
  const prepared: PreparedSource = {
    kind: 'dockerfile',
    dockerfile: 'docker/Dockerfile',
    service: {
      run: { port: 80, portVariable: undefined, environment: [], secrets: [] },
      startCommand: 'migrate && serve',
    },
    notices: ['read'],
  };
  const inputs = filled({}, prepared);
  expect(inputs.settings.command).toEqual(['/bin/sh', '-c', 'migrate && exec serve']);
  expect(inputs.image).toMatchObject({ build: { dockerfile: 'docker/Dockerfile', generated: undefined } });
  expect(inputs.notices).toEqual(['read']);
});

test('a Dockerfile alone fills nothing', () => {
  const prepared: PreparedSource = {
    kind: 'dockerfile',
    dockerfile: 'Dockerfile',
    service: undefined,
    notices: [],
  };
  expect(filled({}, prepared)).toMatchObject({ origins: new Map(), notices: [] });
  expect(filled({}, prepared).settings.environment).toBeUndefined();
});

test('what is generated knows the port that was settled on', () => {
  expect(filled({ port: '80' }, file({ port: 3000 })).image).toMatchObject({
    build: { generated: { port: 80 } },
  });
});
