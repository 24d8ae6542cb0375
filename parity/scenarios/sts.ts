import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import type { Scenario } from '../scenario.ts';

export const sessions: Scenario = {
  name: 'sts-sessions',
  run: async ({ sts, step }) => {
    const role = { RoleArn: 'arn:aws:iam::123456789012:role/parity', RoleSessionName: 'parity' };
    await step('who am I', () => sts.send(new GetCallerIdentityCommand({})));
    await step('take a role', () => sts.send(new AssumeRoleCommand(role)));
    await step('take a role for too short', () =>
      sts.send(new AssumeRoleCommand({ ...role, DurationSeconds: 60 })),
    );
    await step('take a role by no name', () =>
      sts.send(new AssumeRoleCommand({ ...role, RoleSessionName: 'a session' })),
    );
    await step('get a session', () => sts.send(new GetSessionTokenCommand({})));
  },
};
