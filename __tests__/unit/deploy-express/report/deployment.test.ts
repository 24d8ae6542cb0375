import {
  deploymentPlace,
  planFinalStatus,
  planGitHubDeployment,
  wantsDeployment,
} from '../../../../src/deploy-express/report/deployment.ts';
import { ActionError } from '../../../../src/errors.ts';
import type { JobEnvironment } from '../../../../src/github/job-environment.ts';
import { deployInputs } from '../../../helpers/deploy-inputs.ts';
import { failureOf, sampleResult } from '../../../helpers/deploy-result.ts';

const commitSha = 'a'.repeat(40);
const known = {
  commitSha,
  imageDigest: `sha256:${'b'.repeat(64)}`,
  revisionArn: 'arn:aws:ecs:eu-west-1:123456789012:service-revision/default/web/42',
};
const preview = { repositoryId: '5678', pullRequest: 7, previewOf: 'web', deployedAt: 0, maxPreviews: 10 };

test.each<['auto' | 'always' | 'off', JobEnvironment, boolean]>([
  ['auto', { kind: 'none' }, true],
  ['auto', { kind: 'environment', name: 'production' }, false],
  ['auto', { kind: 'unknown' }, false],
  ['always', { kind: 'environment', name: 'production' }, true],
  ['always', { kind: 'unknown' }, true],
  ['off', { kind: 'none' }, false],
])('%s, and the job has %j: %s', (wanted, job, expected) => {
  expect(wantsDeployment(wanted, job)).toBe(expected);
});

test('a deployment of the service itself', () => {
  const inputs = deployInputs({ cluster: 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop' });
  const planned = planGitHubDeployment(inputs, known);
  expect(planned).toEqual({
    environment: 'web',
    task: 'deploy:web',
    ref: commitSha,
    description: 'Service web on Amazon ECS Express Mode',
    isTransient: false,
    payload: {
      service: 'web',
      cluster: 'shop',
      commit: commitSha,
      image_digest: known.imageDigest,
      revision: '42',
    },
  });
  expect(JSON.stringify(planned)).not.toContain('123456789012');
});

test('a deployment of a preview is in the one environment of all previews', () => {
  const inputs = { ...deployInputs(), serviceName: 'web-pr-7', preview };
  expect(planGitHubDeployment(inputs, { ...known, imageDigest: undefined })).toMatchObject({
    environment: 'preview',
    task: 'deploy:web-pr-7',
    description: 'Preview of web for pull request 7',
    isTransient: true,
    payload: { pull_request: 7, service: 'web-pr-7' },
  });
});

test('the environment can be chosen', () => {
  expect(deploymentPlace(deployInputs({ 'github-environment': 'production' })).environment).toBe(
    'production',
  );
});

describe('the state at the end', () => {
  const logUrl = 'https://github.com/octo/shop/actions/runs/1001/attempts/1';

  test('with the URL when it went well', () => {
    expect(planFinalStatus(sampleResult({ host: 'we-0.ecs.eu-west-1.on.aws' }), logUrl)).toEqual({
      state: 'success',
      description: 'web: updated',
      logUrl,
      url: 'https://we-0.ecs.eu-west-1.on.aws',
    });
  });

  test.each([
    ['deployment-failed', 'failure', 'web: the deployment failed [deployment-failed]'],
    ['cancelled', 'error', 'web: the job was cancelled [cancelled]'],
    ['input-invalid', 'failure', 'web: an input cannot be used; nothing was changed [input-invalid]'],
  ] as const)('in words of ours when it did not: %s is a %s', (code, state, description) => {
    const error = new ActionError(code, 'TOKEN=hunter2 of arn:aws:ecs:eu-west-1:123456789012:service/web');
    const failure = failureOf(error);
    expect(planFinalStatus(sampleResult({ outcome: 'failed', failure }), logUrl)).toEqual({
      state,
      description,
      logUrl,
      url: undefined,
    });
  });

  test('as short as GitHub takes it', () => {
    const failure = failureOf(new ActionError('aws-refused', 'no'));
    const serviceName = 'w'.repeat(255);
    const status = planFinalStatus(sampleResult({ outcome: 'failed', failure, serviceName }), logUrl);
    expect(status.description.length).toBeLessThanOrEqual(140);
  });
});
