import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Scenario } from '../scenario.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ecs:ListClusters', Resource: '*' }],
});
const MANAGED = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';

export const roles: Scenario = {
  name: 'iam-roles',
  run: async ({ iam, step }) => {
    const role = { RoleName: 'parity' };
    const made = { ...role, Path: '/parity/', AssumeRolePolicyDocument: trust, Description: 'of parity' };
    await step('make a role', () => iam.send(new CreateRoleCommand(made)));
    await step('make it again', () => iam.send(new CreateRoleCommand(made)));
    await step('a trust that is no policy', () =>
      iam.send(new CreateRoleCommand({ RoleName: 'parity-other', AssumeRolePolicyDocument: 'none' })),
    );
    await step('read it', () => iam.send(new GetRoleCommand(role)));
    await step('read one that is not there', () => iam.send(new GetRoleCommand({ RoleName: 'none' })));
    await step('list by path', () => iam.send(new ListRolesCommand({ PathPrefix: '/parity/' })));
    await step('attach a managed policy', () =>
      iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn: MANAGED })),
    );
    await step('list what is attached', () => iam.send(new ListAttachedRolePoliciesCommand(role)));
    await step('delete a role with a policy attached', () => iam.send(new DeleteRoleCommand(role)));
    await step('detach it', () => iam.send(new DetachRolePolicyCommand({ ...role, PolicyArn: MANAGED })));
    await step('detach it again', () =>
      iam.send(new DetachRolePolicyCommand({ ...role, PolicyArn: MANAGED })),
    );
    await step('put a policy into it', () =>
      iam.send(new PutRolePolicyCommand({ ...role, PolicyName: 'own', PolicyDocument: policy })),
    );
    await step('list what is in it', () => iam.send(new ListRolePoliciesCommand(role)));
    await step('read the policy', () => iam.send(new GetRolePolicyCommand({ ...role, PolicyName: 'own' })));
    await step('read a policy that is not there', () =>
      iam.send(new GetRolePolicyCommand({ ...role, PolicyName: 'none' })),
    );
    await step('delete a role with a policy in it', () => iam.send(new DeleteRoleCommand(role)));
    await step('delete the policy', () =>
      iam.send(new DeleteRolePolicyCommand({ ...role, PolicyName: 'own' })),
    );
    await step('delete the role', () => iam.send(new DeleteRoleCommand(role)));
    await step('delete it again', () => iam.send(new DeleteRoleCommand(role)));
  },
};
