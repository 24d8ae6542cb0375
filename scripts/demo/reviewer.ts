import type { ShiftWorld } from '../../__tests__/helpers/shift-world.ts';

export const environment = 'dns-shift';
export const runId = 1001;

/** The run that the demo's jobs are of, and an environment whose rules hold them up. */
export async function setUpGitHub({
  emulator,
}: ShiftWorld): Promise<{ readonly approve: () => Promise<unknown> }> {
  await emulator.post('github', {
    token: { permissions: { actions: 'read' } },
    environments: [{ name: environment, reviewers: ['alice'], branches: ['main'], canAdminsBypass: false }],
    runs: [{ id: runId, actor: 'octocat' }],
    jobs: [{ run: runId, name: 'shift', environment }],
  });
  const approval = { run: runId, environment, user: 'alice', comment: 'Ten percent, please' };
  return { approve: () => emulator.post('github', { approvals: [approval] }) };
}

/** What a job that has to be approved is given. */
export function gateOf({ emulator }: ShiftWorld): Readonly<Record<string, string>> {
  return {
    gate: 'required',
    'gate-environment': environment,
    'github-token': emulator.env['GITHUB_TOKEN'] ?? '',
  };
}
