import { requiredText } from '../query-parameters.ts';
import { AwsError, type Operation } from '../world.ts';
import { encodePolicy, readPolicy } from './policy-document.ts';
import { findRole, type Role, type Roles } from './roles.ts';

type Input = Record<string, unknown>;

/** Attached policies are kept by ARN only: the emulator allows everything, and faults deny. */
export const rolePolicyOperations = (roles: Roles): Record<string, Operation> => {
  const roleOf = (input: Input): Role => findRole(roles, requiredText(input, 'RoleName'));
  return {
    AttachRolePolicy: (input) => {
      const role = roleOf(input);
      role.attached.add(readPolicyArn(input));
      return {};
    },

    DetachRolePolicy: (input) => {
      const role = roleOf(input);
      const arn = readPolicyArn(input);
      if (!role.attached.delete(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
      return {};
    },

    ListAttachedRolePolicies: (input) => ({
      AttachedPolicies: [...roleOf(input).attached].map((arn) => ({
        PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
        PolicyArn: arn,
      })),
      IsTruncated: false,
    }),

    PutRolePolicy: (input) => {
      const role = roleOf(input);
      const document = requiredText(input, 'PolicyDocument');
      readPolicy(document);
      role.inline.set(requiredText(input, 'PolicyName'), document);
      return {};
    },

    GetRolePolicy: (input) => {
      const role = roleOf(input);
      const name = requiredText(input, 'PolicyName');
      const document = role.inline.get(name);
      if (document === undefined) throw noSuchPolicy(name);
      return { RoleName: role.name, PolicyName: name, PolicyDocument: encodePolicy(document) };
    },

    ListRolePolicies: (input) => ({ PolicyNames: [...roleOf(input).inline.keys()], IsTruncated: false }),

    DeleteRolePolicy: (input) => {
      const name = requiredText(input, 'PolicyName');
      if (!roleOf(input).inline.delete(name)) throw noSuchPolicy(name);
      return {};
    },
  };
};

function readPolicyArn(input: Input): string {
  const arn = requiredText(input, 'PolicyArn');
  if (/^arn:aws[\w-]*:iam::(aws|\d{12}):policy\/\S+$/.test(arn)) return arn;
  throw new AwsError('InvalidInput', `ARN ${arn} is not valid.`);
}

const noSuchPolicy = (name: string): AwsError =>
  noSuchEntity(`The role policy with name ${name} cannot be found.`);

const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, 404);
