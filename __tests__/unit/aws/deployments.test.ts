import { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { phaseOf } from '../../../src/aws/deployments.ts';

test.each([
  ['PENDING', 'running'],
  ['IN_PROGRESS', 'running'],
  ['STOP_REQUESTED', 'stopping'],
  ['ROLLBACK_REQUESTED', 'rolling-back'],
  ['ROLLBACK_IN_PROGRESS', 'rolling-back'],
  ['SUCCESSFUL', 'succeeded'],
  ['STOPPED', 'stopped'],
  ['ROLLBACK_SUCCESSFUL', 'rolled-back'],
  ['ROLLBACK_FAILED', 'rollback-failed'],
])('%s means %s', (status, phase) => {
  expect(phaseOf(status)).toBe(phase);
});

test('every status that the SDK knows has a meaning', () => {
  expect(Object.values(ServiceDeploymentStatus).map(phaseOf)).not.toContain('unknown');
});

test.each(['FAILED', 'successful', 'toString', '', undefined])('%s means nothing that is known', (status) => {
  expect(phaseOf(status)).toBe('unknown');
});
