import fc from 'fast-check';
import type { Deployment } from '../../../../src/aws/deployments.ts';
import type { PlanStep } from '../../../../src/deploy-express/model/plan.ts';
import {
  type DeployResult,
  type FailureEvidence,
  renderOutputs,
} from '../../../../src/deploy-express/model/result.ts';
import {
  renderConclusion,
  renderPlan,
  renderSummary,
} from '../../../../src/deploy-express/report/summary.ts';
import { ActionError } from '../../../../src/errors.ts';
import {
  deploymentOf,
  failureOf,
  sampleEvidence,
  sampleResult,
  taskOfCommand,
  timelineOf,
} from '../../../helpers/deploy-result.ts';

function failedResult(evidence: FailureEvidence | undefined, overrides: Partial<DeployResult> = {}) {
  const error = new ActionError(
    'deployment-failed',
    'the deployment was rolled back: tasks failed to start',
    {
      hint: 'Mend the cause below.',
    },
  );
  return sampleResult({ outcome: 'rolled-back', failure: failureOf(error, evidence), ...overrides });
}

const evidence = sampleEvidence({
  statusReason: 'the circuit breaker was triggered',
  triggeredAlarms: ['default/web/RollbackAlarm'],
  events: ['(service web) failed health checks'],
  stoppedTasks: [
    {
      taskDefinitionArn: undefined,
      taskId: 'a1b2',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      exitCode: 3,
      containerReason: undefined,
    },
  ],
  unhealthyTargets: ['10.0.0.12:80 unhealthy: Target.Timeout'],
  failedResources: ['load balancer: no address'],
  logLines: ['\u001b[31mDATABASE_URL is not set\u001b[0m'],
  unread: ['could not list tasks'],
});

describe('outputs', () => {
  test('of a success', () => {
    expect(renderOutputs(sampleResult())).toEqual({
      'service-name': 'web',
      'deleted-services': '',
      'service-arn': 'arn:aws:ecs:eu-central-1:123456789012:service/default/web',
      endpoint: 'we-0123456789abcdef0123456789abcdef.ecs.eu-central-1.on.aws',
      url: 'https://we-0123456789abcdef0123456789abcdef.ecs.eu-central-1.on.aws',
      'custom-domains': '',
      changed: 'true',
      outcome: 'updated',
      image: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/web@sha256:${'ab'.repeat(32)}`,
      'image-digest': `sha256:${'ab'.repeat(32)}`,
      repository: 'web',
      dockerfile: '',
      'migration-plan': '',
      'service-revision-arn': 'arn:aws:ecs:eu-central-1:123456789012:service-revision/default/web/42',
      'deployment-arn': 'arn:aws:ecs:eu-central-1:123456789012:service-deployment/default/web/abc',
      'deployment-status': 'SUCCESSFUL',
      'duration-seconds': '612',
    });
  });

  test('what is not known is empty, never the word undefined', () => {
    const unknown = sampleResult({ serviceArn: undefined, host: undefined, image: undefined });
    expect(renderOutputs(unknown)).toMatchObject({ 'service-arn': '', endpoint: '', url: '', image: '' });
  });

  test('what a later job needs does not hold the account id, which GitHub may mask', () => {
    const outputs = renderOutputs(sampleResult());
    for (const name of ['endpoint', 'url', 'repository', 'image-digest'] as const) {
      expect(outputs[name]).not.toContain('123456789012');
    }
  });
});

test('the plan says what changes and what would be done', () => {
  const steps: PlanStep[] = [{ kind: 'smoke-test', sentence: 'request the URL of the service' }];
  const changes = [{ setting: 'cpu', before: undefined, after: '512' }];
  expect(renderPlan({ kind: 'proceed', intent: 'update', steps, changes, notices: [] }, true)).toEqual([
    'cpu: not set → 512',
    'Would request the URL of the service',
  ]);
  expect(
    renderPlan({ kind: 'proceed', intent: 'unchanged', steps: [], changes: [], notices: [] }, true),
  ).toEqual(['Nothing to do']);
});

describe('the closing log lines', () => {
  test('of a success', () => {
    expect(renderConclusion(sampleResult())).toEqual([
      'Service web: updated (10 min 12 s)',
      'URL: https://we-0123456789abcdef0123456789abcdef.ecs.eu-central-1.on.aws',
    ]);
  });

  test('with custom domains', () => {
    const customDomains = ['app.example.com', '*.example.org'];
    const result = sampleResult({ customDomains });
    expect(renderConclusion(result).at(-1)).toBe('Custom domains: app.example.com, *.example.org');
    expect(renderOutputs(result)['custom-domains']).toBe('app.example.com,*.example.org');
    expect(renderSummary(result)).toContain(
      '| Custom domains | <code>app.example.com</code>, <code>&#42;.example.org</code> |',
    );
  });

  test('of a deletion that found nothing', () => {
    const gone = sampleResult({ outcome: 'deleted', changed: false, host: undefined });
    expect(renderConclusion(gone)).toEqual(['Service web: was gone already (10 min 12 s)']);
  });

  test('of a failure: the reason first, nothing left out', () => {
    expect(renderConclusion(failedResult(evidence))).toEqual([
      'AWS says: the circuit breaker was triggered',
      expect.stringMatching(/^Alarm: default\/web\/RollbackAlarm\. It counts 4xx responses/),
      'Resources that AWS could not set up:',
      '  load balancer: no address',
      'Targets that are not healthy:',
      '  10.0.0.12:80 unhealthy: Target.Timeout',
      'Stopped tasks:',
      '  a1b2: exit code 3, EssentialContainerExited, Essential container in task exited',
      'Events of the service, newest first:',
      '  (service web) failed health checks',
      'Last lines of the container log:',
      '  | DATABASE_URL is not set',
      'Could not be read:',
      '  could not list tasks',
    ]);
  });

  test('of a failure without evidence: the error itself says it all', () => {
    expect(renderConclusion(failedResult(undefined))).toEqual([]);
  });
});

describe('the summary', () => {
  const ended = (exitCode: number) => ({ task: taskOfCommand({ exitCode }), mainIsAlone: true });

  test.each([
    [
      { state: 'succeeded', ended: ended(0) },
      'ended with exit code 0 after 12 s, in task <code>arn:task</code>.',
    ],
    [{ state: 'failed', ended: ended(3) }, 'ended with exit code 3 after 12 s'],
    [{ state: 'failed', ended: undefined }, 'did not end by itself with exit code 0 after 12 s'],
    [{ state: 'failed', ended: ended(0) }, 'did not end by itself with exit code 0 after 12 s'],
    [{ state: 'running', ended: undefined }, 'goes on after 12 s'],
    [
      { state: 'starting', ended: undefined, taskArn: undefined },
      'may have been started: ECS had not answered',
    ],
    [{ state: 'not-started', ended: undefined, taskArn: undefined }, 'was not started'],
  ] as const)('tells of a command before the deployment what is known: %j', (known, told) => {
    const summary = renderSummary(
      sampleResult({
        preDeploy: {
          command: ['node', 'migrate.js'],
          startedBy: 'deploy-express/1/a',
          taskArn: 'arn:task',
          seconds: 12,
          evidence: undefined,
          ...known,
        },
      }),
    );
    expect(summary).toContain(told);
    expect(summary).toContain('What it did stays, also when the deployment is rolled back');
  });

  test('of a success', () => {
    expect(renderSummary(sampleResult({ notices: ['mind the cpu'] }))).toMatchSnapshot();
  });

  test('of a failure', () => {
    expect(renderSummary(failedResult(evidence, { done: ['update service web'] }))).toMatchSnapshot();
  });

  describe('after a failure tells which version serves', () => {
    const arn = (id: string) => `arn:aws:ecs:eu-central-1:123456789012:service-revision/default/web/${id}`;
    const former = { revisionArn: arn('41'), image: 'web:1', imageDigest: undefined };
    const ended = (phase: Deployment['phase'], rollbackRevisionArn?: string) =>
      deploymentOf({ phase, rollbackRevisionArn });
    const shown = (overrides: Partial<DeployResult>, seen = sampleEvidence()) =>
      renderSummary(failedResult(seen, { former, submitted: true, ...overrides }));
    const tables = (summary: string) =>
      Object.fromEntries(
        [
          ...summary.matchAll(
            /^### (What serves.*|The version that failed|This run|Service)\n\n((?:\|.*\n)+)/gm,
          ),
        ].map(([, title = '', rows = '']) => [title, rows]),
      );

    test('the former one, where ECS rolled back to it', () => {
      const found = tables(shown({ deployment: ended('rolled-back', arn('41')) }));
      expect(Object.keys(found)).toEqual(['What serves now: the former version', 'The version that failed']);
      expect(found['What serves now: the former version']).toMatch(/URL[\s\S]*web:1[\s\S]*41/);
      expect(found['The version that failed']).toMatch(
        /web<\/code>[\s\S]*sha256[\s\S]*42[\s\S]*Commit[\s\S]*octocat/,
      );
    });

    test('by its revision alone, where somebody else had deployed it since', () => {
      const found = tables(shown({ deployment: ended('rolled-back', arn('40')) }));
      expect(found['What serves now: the former version']).toContain('<code>40</code>');
      expect(found['What serves now: the former version']).not.toContain('web:1');
    });

    test('the one of before, where nothing was sent', () => {
      const found = tables(shown({ submitted: false, outcome: 'failed' }));
      expect(Object.keys(found)).toEqual(['What serves: as before, nothing was sent', 'This run']);
      expect(found['This run']).not.toContain('Revision');
    });

    test.each<[string, Partial<DeployResult>, FailureEvidence | undefined]>([
      [
        'it was stopped, and nobody saw to what',
        { outcome: 'failed', deployment: ended('stopped') },
        undefined,
      ],
      ['the rollback failed, too', { outcome: 'failed', deployment: ended('rollback-failed') }, undefined],
      ['nothing ran before', { former: undefined, deployment: ended('rolled-back') }, undefined],
      ['no answer to the request came', { submitted: false, doing: 'update service web' }, undefined],
      ['no task runs', { submitted: false }, sampleEvidence({ serviceState: 'no-task' })],
    ])('none, where %s', (_case, overrides, seen) => {
      expect(Object.keys(tables(shown(overrides, seen)))).toEqual(['Service']);
    });
  });

  test('of a dry run speaks of what would be', () => {
    const summary = renderSummary(sampleResult({ outcome: 'planned', changed: false }));
    expect(summary).toMatch(/^## <code>web<\/code>: planned only, nothing was sent\n/);
    expect(summary).toContain('### What would change');
  });

  test('makes a link of a host name only', () => {
    const strange = sampleResult({ host: 'x> [a](b)' });
    expect(renderSummary(strange)).toContain('| URL | <code>https&#58;//x&#62; &#91;a&#93;(b)</code> |');
  });

  test('stays below the 1 MiB that the runner takes, whatever is said', () => {
    const long = '<&>'.repeat(2_000);
    const many = Array.from({ length: 500 }, () => long);
    const task = {
      taskDefinitionArn: undefined,
      taskId: long,
      stopCode: long,
      stoppedReason: long,
      exitCode: 1,
      containerReason: long,
    };
    const flood = failedResult(
      {
        statusReason: long,
        rollbackReason: long,
        triggeredAlarms: many,
        events: many,
        stoppedTasks: many.map(() => task),
        unhealthyTargets: many,
        failedResources: many,
        serviceState: undefined,
        supersededBy: undefined,
        logLines: many,
        unread: many,
      },
      {
        changes: many.map((text) => ({ setting: text, before: text, after: text })),
        notices: many,
        done: many,
        timeline: timelineOf(many.map((label, index) => [`${index} ${label}`, 0, 1])),
      },
    );
    expect(Buffer.byteLength(renderSummary(flood))).toBeLessThan(1_048_576);
  });

  test('has the same headings whatever the foreign text is', () => {
    const headings = (summary: string) =>
      summary
        .replace(/^(`{3,})text\n[\s\S]*?^\1$/m, '')
        .split('\n')
        .filter((line) => line.startsWith('#'));
    const expected = headings(renderSummary(failedResult(evidence)));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const said = { ...evidence, statusReason: text, events: [text], logLines: [text], unread: [text] };
        expect(headings(renderSummary(failedResult(said)))).toEqual(expected);
      }),
    );
  });
});
