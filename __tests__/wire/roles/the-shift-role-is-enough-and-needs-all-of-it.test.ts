import { ACMClient, DeleteCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-acm';
import { type PolicyDocument, policyOf, type RoleName } from '../../helpers/policies.ts';
import {
  dnsRole,
  expectToAskFor,
  type Inputs,
  type ShiftRoles,
  startShiftRoles,
  without,
} from '../../helpers/shift-roles.ts';

/** One move from start to end; on the way each step is first tried without what it needs. */

let roles: ShiftRoles;
let shift: PolicyDocument;
let rollback: PolicyDocument;
let monitor: PolicyDocument;
beforeAll(async () => {
  roles = await startShiftRoles();
  shift = roles.policyOf('shift');
  rollback = roles.policyOf('rollback');
  monitor = roles.policyOf('monitor');
});
afterAll(() => roles.stop());

type Tried = 'shift' | 'rollback' | 'monitor';
const tried: Record<Tried, Set<string>> = { shift: new Set(), rollback: new Set(), monitor: new Set() };

async function expectToNeed(role: Tried, sid: string, inputs: Inputs): Promise<void> {
  tried[role].add(sid);
  const policy = { shift, rollback, monitor }[role];
  expectToAskFor(policy, sid, await roles.shift(without(policy, sid), inputs));
}

async function expectToDo(
  policy: PolicyDocument,
  inputs: Inputs,
  ...outcomes: readonly string[]
): Promise<void> {
  const run = await roles.shift(policy, inputs);
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(outcomes).toContain(run.outputs['outcome']);
  expect(run.log).not.toContain('not authorized');
}

test('the adoption', async () => {
  const adopt = { mode: 'adopt' };
  await expectToNeed('shift', 'ReadRecords', adopt);
  await expectToNeed('shift', 'ChangeRecords', adopt);
  await expectToNeed('shift', 'AssumeTheDnsRole', { ...adopt, 'dns-role-arn': dnsRole });
  const ofAnother = policyOf('shift', {
    HostedZoneId: roles.world.zoneId,
    DomainNames: 'other.example.com,third.example.com',
  });
  expectToAskFor(ofAnother, 'ChangeRecords', await roles.shift(ofAnother, adopt));
  await expectToDo(shift, { ...adopt, 'hosted-zone-id': roles.world.zoneId }, 'applied');
});

/** None is issued, so that one has to be requested. */
async function deleteCertificates(): Promise<void> {
  const acm = new ACMClient(roles.world.emulator.client);
  // With a key of its own, the policy does not hold for it.
  const { CertificateSummaryList = [] } = await acm.send(new ListCertificatesCommand({}));
  for (const { CertificateArn } of CertificateSummaryList) {
    await acm.send(new DeleteCertificateCommand({ CertificateArn }));
  }
}

test('the first step', async () => {
  const step = {
    mode: 'shift',
    'green-percent': '10',
    'attach-domain': 'true',
    'request-certificate': 'true',
    'redirect-http': 'true',
    alarms: 'errors',
  };
  await deleteCertificates();
  await expectToNeed('shift', 'RequestCertificates', step);
  await expectToNeed('shift', 'TagCertificates', step);
  // From here on there is one that waits.
  await expectToNeed('shift', 'ValidateCertificates', step);
  await expectToNeed('shift', 'KnowOwnCertificates', step);
  await expectToNeed('shift', 'ReadCertificates', step);
  await expectToNeed('shift', 'LookAround', step);
  await expectToNeed('shift', 'ReadGreen', step);
  await expectToNeed('shift', 'ReadRevisions', step);
  await expectToNeed('shift', 'ReadAlarms', step);
  await expectToNeed('shift', 'ReadBlue', { ...step, 'apprunner-service': roles.world.blueArn });
  await expectToNeed('shift', 'AddDomains', step);
  const checked = { ...step, 'green-health-check-id': await roles.createHealthCheck() };
  tried.shift.add('ReadHealthChecks');
  const unseen = await roles.shift(without(shift, 'ReadHealthChecks'), { ...checked, 'max-step': '1' });
  expect(unseen).toMatchObject({ exitCode: 1, outputs: { outcome: 'refused' } });
  expect(unseen.log).not.toContain('there is no health check');
  await expectToNeed('shift', 'ListenOnPort80', step);
  await expectToNeed('shift', 'TagTheListener', step);
  await expectToDo(shift, checked, 'baked');
});

test('the watch between two steps, with a role that can only change the records', async () => {
  const watch = {
    mode: 'monitor',
    'watch-minutes': '0.02',
    'bake-minutes': '',
    alarms: 'errors',
    'max-error-percent': '50',
    'min-requests': '0',
  };
  await expectToNeed('monitor', 'ReadRecords', watch);
  await expectToNeed('monitor', 'LookAround', watch);
  await expectToNeed('monitor', 'ReadGreen', watch);
  await expectToNeed('monitor', 'ReadRevisions', watch);
  await expectToNeed('monitor', 'ReadAlarms', watch);
  await expectToNeed('monitor', 'AssumeTheDnsRole', { ...watch, 'dns-role-arn': dnsRole });
  // Done without, and said; with it there is nothing to say.
  tried.monitor.add('ReadHealthChecks');
  const calm = { ...watch, 'max-error-percent': '' };
  const unsure = await roles.shift(without(monitor, 'ReadHealthChecks'), calm);
  expect(unsure).toMatchObject({ exitCode: 0, outputs: { outcome: 'noop' } });
  expect(unsure.log).toContain('the role may not call route53:GetHealthCheck');
  await expectToDo(monitor, calm, 'noop');
  // It depends on the minute whether there are figures.
  await expectToDo(monitor, { ...watch, 'hosted-zone-id': roles.world.zoneId }, 'noop', 'inconclusive');
  const bad = { ...watch, 'probe-status': '599' };
  const dead = await roles.shift(monitor, bad);
  expect(dead.log).toContain('[no-way-back]');
  await roles.world.emulator.post('cloudwatch', { holdAlarms: { errors: 'ALARM' } });
  await expectToNeed('monitor', 'ChangeRecords', watch);
  // The change is made by then; what is missing is to see it arrive.
  tried.monitor.add('FollowChanges');
  const unseen = await roles.shift(without(monitor, 'FollowChanges'), watch);
  expect(unseen).toMatchObject({ exitCode: 1, outputs: { outcome: 'rolled-back' } });
  expect(unseen.log).toContain('not authorized to perform: route53:GetChange');
  await roles.world.emulator.post('cloudwatch', { holdAlarms: { errors: null } });
  await roles.world.emulator.advance(120);
  await expectToDo(shift, { mode: 'shift', 'green-percent': '10', 'attach-domain': 'true' }, 'baked');
});

test('the way back, with a role that knows nothing but the records', async () => {
  const back = { mode: 'rollback' };
  await expectToNeed('rollback', 'ReadRecords', back);
  await expectToNeed('rollback', 'LookAround', back);
  // It is asked of several services only, and done without.
  tried.rollback.add('ReadBlue');
  // Asked where blue has a check, and done without: a-check-of-blue-that-fails-is-no-way-back.
  tried.rollback.add('ReadHealthChecks');
  await expectToNeed('rollback', 'ChangeRecords', back);
  await expectToNeed('rollback', 'AssumeTheDnsRole', { ...back, 'dns-role-arn': dnsRole });
  // The change is made by then; what is missing is to see it arrive.
  await expectToNeed('rollback', 'FollowChanges', back);
  await expectToDo(shift, { mode: 'shift', 'green-percent': '50', 'attach-domain': 'true' }, 'baked');
  await expectToDo(rollback, { ...back, 'hosted-zone-id': roles.world.zoneId }, 'applied');
});

test('the rest of the way, watched', async () => {
  const all = { mode: 'shift', 'green-percent': '100', 'max-error-percent': '50', 'min-requests': '1' };
  // It depends on the minute whether the probes of the last step are in the metrics.
  await expectToDo(shift, { ...all, 'fail-on-inconclusive': 'false' }, 'baked', 'inconclusive');
  // The change is made by then; what is missing is to see it arrive.
  await expectToNeed('shift', 'FollowChanges', { mode: 'shift', 'green-percent': '90' });
});

test('the end', async () => {
  await expectToDo(shift, { mode: 'shift', 'green-percent': '100' }, 'baked');
  await roles.world.emulator.advance(3 * 3600);
  const end = { mode: 'finalize', 'hold-hours': '1', 'retire-blue': 'delete' };
  await expectToNeed('shift', 'RetireBlue', end);
  await expectToDo(shift, end, 'applied');
});

test.each(['shift', 'rollback', 'monitor'] satisfies RoleName[])(
  'the %s role has no statement that no job needed',
  (role) => {
    expect([...tried[role]].toSorted()).toEqual(
      policyOf(role)
        .Statement.map(({ Sid }) => Sid)
        .toSorted(),
    );
  },
);
