import type { FailureEvidence } from '../../../../src/deploy-express/model/result.ts';
import { adviseOnFailure } from '../../../../src/deploy-express/report/advice.ts';
import { exited, neverStarted, sampleEvidence, stopped } from '../../../helpers/deploy-result.ts';

const target = (text: string) => ({ unhealthyTargets: [`10.0.0.12:80 unhealthy: ${text}`] });

describe('the advice names what to change', () => {
  test.each<[string, Partial<FailureEvidence>, RegExp]>([
    ['killed', exited(137), /raise memory/],
    [
      'out of memory, as ECS says it',
      stopped({ containerReason: 'OutOfMemoryError: Container killed due to memory usage', exitCode: 137 }),
      /ran out of memory: raise memory/,
    ],
    ['command not found', exited(127), /check the command input/],
    ['command not executable', exited(126), /check the command input/],
    ['ended without an error', exited(0), /in the foreground/],
    ['crashed', exited(1), /last lines of its log/],
    [
      'image for another architecture',
      neverStarted(
        "CannotPullContainerError: pull image manifest has been retried 5 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
      ),
      /another CPU architecture/,
    ],
    [
      'image for another architecture, seen in the log only',
      { ...exited(255), logLines: ['exec /app/server: exec format error'] },
      /another CPU architecture/,
    ],
    [
      'image missing',
      neverStarted(
        'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref x/web:1: x/web:1: not found',
      ),
      /does not exist under that name/,
    ],
    [
      'image refused',
      neverStarted('CannotPullContainerError: failed to resolve ref x/web:1: pulling failed: 403 Forbidden'),
      /AmazonECSTaskExecutionRolePolicy/,
    ],
    [
      'registry out of reach',
      neverStarted(
        'CannotPullContainerError: failed to resolve ref x/web:1: dial tcp 10.0.0.1:443: i/o timeout',
      ),
      /cannot reach the registry/,
    ],
    [
      'secret not readable',
      neverStarted(
        'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: AccessDeniedException',
      ),
      /Let the execution role read the secrets/,
    ],
    [
      'registry auth refused',
      neverStarted(
        'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve ecr registry auth: AccessDeniedException',
      ),
      /AmazonECSTaskExecutionRolePolicy/,
    ],
    [
      'log group missing',
      neverStarted(
        'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: The specified log group does not exist.',
      ),
      /Create the log group/,
    ],
    ['health check 404', target('Health checks failed with these codes: [404]'), /set health-check-path/],
    ['health check 503', target('Health checks failed with these codes: [503]'), /server error/],
    ['health check 401', target('Health checks failed with these codes: [401]'), /without a sign-in/],
    [
      'no way to Secrets Manager',
      neverStarted(
        'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager. context deadline exceeded',
      ),
      /give its subnets a way out/,
    ],
    [
      'no way to the log',
      neverStarted(
        'ResourceInitializationError: failed to validate logger args: There is a connection issue between the task and Amazon CloudWatch',
      ),
      /give its subnets a way out/,
    ],
    [
      'a key that the secret lacks',
      neverStarted(
        'ResourceInitializationError: unable to retrieve secret from asm: retrieved secret from Secrets Manager did not contain json key password',
      ),
      /Correct the JSON key/,
    ],
    ['target silent', target('Target.Timeout, Request timed out'), /set container-port/],
    [
      'only the event tells',
      { events: ['(service web) (task a1) failed ELB health checks in (target-group x)'] },
      /did not pass its health check/,
    ],
    ['alarm', { triggeredAlarms: ['default/web/RollbackAlarm'] }, /counts 4xx/],
    ['alarm named by the reason only', { rollbackReason: 'Alarm detected on deployment' }, /counts 4xx/],
    ['resource not set up', { failedResources: ['load balancer: no free address'] }, /infrastructure role/],
    [
      'role not assumable',
      { statusReason: 'ECS is unable to assume the role x' },
      /Check the trust policies/,
    ],
    ['nothing known', {}, /run the image on your machine/],
  ])('%s', (_case, evidence, expected) => {
    expect(adviseOnFailure(sampleEvidence(evidence))).toMatch(expected);
  });
});

test('a task that ECS stopped itself proves nothing by its exit code', () => {
  const evidence = sampleEvidence({
    ...stopped({ stopCode: 'ServiceSchedulerInitiated', exitCode: 137 }),
    triggeredAlarms: ['default/web/RollbackAlarm'],
  });
  expect(adviseOnFailure(evidence)).toMatch(/counts 4xx/);
});

test('a crash is the cause of an alarm, not the other way round', () => {
  const evidence = sampleEvidence({ ...exited(1), triggeredAlarms: ['default/web/RollbackAlarm'] });
  expect(adviseOnFailure(evidence)).toMatch(/ended by itself/);
});

test('what an application logs is not taken for what AWS said', () => {
  const evidence = sampleEvidence({ ...exited(1), logLines: ['CannotPullContainerError', 'OutOfMemory'] });
  expect(adviseOnFailure(evidence)).toMatch(/ended by itself/);
});
