import { optionalInteger, optionalStructures, optionalText, requiredText } from '../query-parameters.ts';
import { AwsError, type Operation } from '../world.ts';
import { encodePolicy, readTrustPolicy } from './policy-document.ts';
import { addRole, findRole, type Role, type Roles } from './roles.ts';

type Input = Record<string, unknown>;

export const roleOperations = (roles: Roles): Record<string, Operation> => ({
  GetRole: (input) => ({ Role: renderRole(findRole(roles, requiredText(input, 'RoleName'))) }),

  ListRoles: (input) => {
    const prefix = optionalText(input, 'PathPrefix') ?? '/';
    const chosen = [...roles.byName.values()].filter(({ path }) => path.startsWith(prefix));
    return { Roles: chosen.map(renderRole), IsTruncated: false };
  },

  CreateRole: (input) => {
    const name = readRoleName(input);
    const trustPolicy = requiredText(input, 'AssumeRolePolicyDocument');
    readTrustPolicy(trustPolicy);
    if (roles.byName.has(name)) {
      throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
    }
    const role = addRole(roles, {
      name,
      trustPolicy,
      path: readPath(input),
      description: optionalText(input, 'Description'),
      maxSessionSeconds: optionalInteger(input, 'MaxSessionDuration', { least: 3600, most: 43_200 }),
      tags: readTags(input),
    });
    return { Role: renderRole(role) };
  },

  DeleteRole: (input) => {
    const role = findRole(roles, requiredText(input, 'RoleName'));
    if (role.attached.size > 0) throw conflict('must detach all policies first.');
    if (role.inline.size > 0) throw conflict('must delete policies first.');
    roles.byName.delete(role.name);
    roles.deleted.add(role.name);
    return {};
  },
});

function renderRole(role: Role) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodePolicy(role.trustPolicy),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    Tags: role.tags.length === 0 ? undefined : role.tags,
  };
}

function readRoleName(input: Input): string {
  const name = requiredText(input, 'RoleName');
  if (/^[\w+=,.@-]{1,64}$/.test(name)) return name;
  throw new AwsError(
    'ValidationError',
    'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
  );
}

function readPath(input: Input): string | undefined {
  const path = optionalText(input, 'Path');
  if (path === undefined || /^\/([!-~]+\/)?$/.test(path)) return path;
  throw new AwsError(
    'ValidationError',
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  );
}

const readTags = (input: Input): Role['tags'] =>
  (optionalStructures(input, 'Tags') ?? []).map((tag) => ({
    Key: requiredText(tag, 'Key'),
    Value: optionalText(tag, 'Value') ?? '',
  }));

const conflict = (what: string): AwsError =>
  new AwsError('DeleteConflict', `Cannot delete entity, ${what}`, 409);
