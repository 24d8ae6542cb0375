import type { FailureEvidence } from '../../../../src/deploy-express/model/result.ts';
import { findCause, findIdleness, findIntervention } from '../../../../src/deploy-express/report/cause.ts';
import { exited, neverStarted, sampleEvidence, stopped } from '../../../helpers/deploy-result.ts';

const web = {
  serviceName: 'web',
  healthCheckPath: '/former',
  sent: {
    image: 'web:2',
    environment: [],
    secrets: [],
    healthCheckPath: '/helth',
    containerPort: 8080,
  },
};

const target = (text: string) => ({ unhealthyTargets: [`10.0.0.12:8080 unhealthy: ${text}`] });
const pull = 'CannotPullContainerError: failed to resolve ref x/web:1: x/web:1: not found';
const denial = 'AccessDenied: x is not authorized to perform: ec2:DescribeAccountAttributes';

const deniedSecret =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: AccessDeniedException';

describe('the cause is one sentence of our own, and what others said beside it', () => {
  test.each<[string, Partial<FailureEvidence>, string, string | undefined]>([
    [
      'an exit code, with the last line that is not empty',
      { ...exited(1), logLines: ['connecting', '\u001b[31mCOLOUR is "mauve"\u001b[0m', ' '] },
      'web stopped with exit code 1',
      'COLOUR is "mauve"',
    ],
    [
      'an exit code, with what Node.js says before its version and the frames',
      {
        ...exited(1),
        logLines: [
          'node:events:497',
          'Error: connect ECONNREFUSED 127.0.0.1:5432',
          '    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16) {',
          '  errno: -111,',
          "  code: 'ECONNREFUSED',",
          '}',
          '',
          'Node.js v22.11.0',
        ],
      },
      'web stopped with exit code 1',
      'Error: connect ECONNREFUSED 127.0.0.1:5432',
    ],
    [
      'an exit code, with what npm misses',
      {
        ...exited(1),
        logLines: [
          'npm error Missing script: "start"',
          'npm error',
          'npm error To see a list of scripts, run:',
          'npm error   npm run',
          'npm error A complete log of this run can be found in: /root/.npm/_logs/2026-debug-0.log',
        ],
      },
      'web stopped with exit code 1',
      'npm error Missing script: "start"',
    ],
    [
      'an exit code, with the root of what Java throws',
      {
        ...exited(1),
        logLines: [
          'Exception in thread "main" java.lang.IllegalStateException: no pool',
          '\tat app.Main.main(Main.java:3)',
          'Caused by: java.net.ConnectException: Connection refused',
          '\t... 12 more',
        ],
      },
      'web stopped with exit code 1',
      'Caused by: java.net.ConnectException: Connection refused',
    ],
    [
      'nothing but noise, with the last of it',
      { ...exited(1), logLines: ['}', ''] },
      'web stopped with exit code 1',
      '}',
    ],
    ['an end without an error', exited(0), 'web stopped with exit code 0', undefined],
    [
      'memory',
      stopped({ containerReason: 'OutOfMemoryError: Container killed', exitCode: 137 }),
      'web ran out of memory',
      undefined,
    ],
    ['an image that is not there', neverStarted(pull), 'the image of web could not be pulled', pull],
    [
      'a secret that cannot be read',
      neverStarted('ResourceInitializationError: unable to pull secrets'),
      'a task of web could not start',
      'ResourceInitializationError: unable to pull secrets',
    ],
    [
      'a secret that the execution role may not read',
      neverStarted(deniedSecret),
      'the execution role of web may not read a secret',
      deniedSecret,
    ],
    [
      'another architecture',
      { ...exited(255), logLines: ['exec format error'] },
      'the image of web is built for another CPU architecture',
      undefined,
    ],
    [
      'a status, with port and path that were sent, not those of before',
      target('Health checks failed with these codes: [404]'),
      'GET /helth on port 8080 answered 404',
      undefined,
    ],
    [
      'silence, beside where the log says that it listens',
      { ...target('Target.Timeout, Request timed out'), logLines: ['Listening on port 3000', 'ready'] },
      'nothing answered GET /helth on port 8080',
      'its log says "Listening on port 3000"',
    ],
    [
      'a health check of which only an event tells',
      { events: ['(service web) (task a1) failed ELB health checks in (target-group x)'] },
      'GET /helth on port 8080 did not pass',
      undefined,
    ],
    [
      'a denied resource, before a crash',
      { ...exited(1), failedResources: ['log group: busy', `load balancer: ${denial}`] },
      'AWS could not set up the load balancer: the infrastructure role lacks ec2:DescribeAccountAttributes',
      denial,
    ],
    [
      'a resource that failed',
      { failedResources: ['load balancer: no free address'] },
      'AWS could not set up the load balancer',
      'no free address',
    ],
  ])('%s', (_case, evidence, sentence, quoted) => {
    const cause = findCause(sampleEvidence(evidence), web);
    expect(cause).toMatchObject({ sentence });
    expect(cause?.quoted).toBe(quoted);
  });

  test('a query of the health check path is not told: it may hold a token', () => {
    const evidence = sampleEvidence(target('Health checks failed with these codes: [503]'));
    const sent = { ...web.sent, healthCheckPath: '/health?token=hush' };
    expect(findCause(evidence, { ...web, sent })?.sentence).toBe('GET /health?… on port 8080 answered 503');
  });

  test('where nothing is known of port and path, none is made up', () => {
    const evidence = sampleEvidence({ events: ['failed ELB health checks'] });
    const cause = findCause(evidence, { serviceName: 'web', healthCheckPath: undefined, sent: undefined });
    expect(cause?.sentence).toBe('the health check did not pass');
  });

  test('an alarm, or a task that ECS stopped itself, names no cause', () => {
    const evidence = sampleEvidence({
      ...stopped({ stopCode: 'ServiceSchedulerInitiated', exitCode: 137 }),
      triggeredAlarms: ['default/web/RollbackAlarm'],
    });
    expect(findCause(evidence, web)).toBeUndefined();
  });
});

test('what others did to the service leads to them', () => {
  const supersededBy = 'arn:aws:ecs:eu-central-1:123456789012:service-deployment/default/web/abc';
  expect(findIntervention(sampleEvidence({ supersededBy }), 'web')?.step).toMatch(/newer deployment, abc:/);
  expect(findIntervention(sampleEvidence({ supersededBy, serviceState: 'gone' }), 'web')?.sentence).toMatch(
    /was deleted/,
  );
  expect(findIntervention(sampleEvidence({ serviceState: 'no-task' }), 'web')).toBeUndefined();
});

test('a URL without a task behind it: no advice to open it', () => {
  expect(findIdleness(sampleEvidence({ serviceState: 'no-task' }), 'web')).toMatchObject({
    sentence: 'no task of web runs, so nothing can answer',
    step: expect.stringContaining('min-task-count'),
  });
  expect(findIdleness(sampleEvidence(), 'web')).toBeUndefined();
});
