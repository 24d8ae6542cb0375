import { readdirSync } from 'node:fs';
import { BY_ANALOGY } from '../../emulator/authorization/reference.ts';
import {
  listOf,
  policyFrom,
  policyOf,
  ROLE_POLICIES,
  type RoleName,
  readPolicy,
} from '../helpers/policies.ts';
import { canBeTheSame, findAction, idlePartsOf } from '../helpers/service-authorization.ts';

/** A second witness: the policies are held against AWS's Service Authorization Reference, which ships as data. */

const policies = readdirSync('bootstrap/policies')
  .map((file) => file.replace(/\.json$/, ''))
  .filter((name) => !name.startsWith('trust-'));

const statements = policies.flatMap((name) =>
  policyFrom([name], { HostedZoneId: 'Z0123456789ABCDEFGHIJ' }).Statement.map(
    (statement) => [`${name}: ${statement.Sid}`, statement] as const,
  ),
);

test.each(statements)('%s has no part that means nothing to AWS', async (_name, statement) => {
  expect(await idlePartsOf(statement)).toEqual([]);
});

test.each(Object.keys(ROLE_POLICIES) as RoleName[])(
  'the %s role may do what its actions do in its name',
  async (role) => {
    const actions = policyOf(role).Statement.flatMap(({ Action }) => listOf(Action));
    const known = await Promise.all(actions.map(findAction));
    const dependent = known.flatMap((action) => action?.dependentActions ?? []);
    expect(dependent.filter((action) => !actions.includes(action))).toEqual([]);
  },
);

test.each(Object.entries(BY_ANALOGY))(
  '%s is taken to be like %s for want of its own',
  async (action, like) => {
    expect(await findAction(action)).toBeUndefined();
    expect(await findAction(like)).toBeDefined();
  },
);

test('trust policies ask for actions that there are', async () => {
  const trusts = readdirSync('bootstrap/policies').filter((file) => file.startsWith('trust-'));
  const actions = trusts.flatMap((file) =>
    readPolicy(file.replace(/\.json$/, '')).Statement.flatMap(({ Action }) => listOf(Action)),
  );
  expect(actions.length).toBeGreaterThan(0);
  for (const action of actions) expect(await findAction(action)).toBeDefined();
});

const good = { Sid: 'A', Effect: 'Allow', Action: 'ecs:ListServices', Resource: '*' } as const;
test.each([
  ['an action that is none', { ...good, Action: 'ecs:ListService' }, ['ecs:ListService is no action']],
  ['an action of another case', { ...good, Action: 'ecs:listServices' }, ['ecs:listServices is no action']],
  ['a service that is none', { ...good, Action: 'elb:DescribeRules' }, ['elb:DescribeRules is no action']],
  [
    'a resource of an action that has none',
    { ...good, Resource: 'arn:aws:ecs:eu-west-1:123456789012:service/default/*' },
    [
      'ecs:ListServices has no resources: only a statement on * allows it',
      'arn:aws:ecs:eu-west-1:123456789012:service/default/* is no resource of these actions',
    ],
  ],
  [
    'a resource of another type',
    { ...good, Action: 'ecs:DescribeServices', Resource: 'arn:aws:ecs:eu-west-1:123456789012:cluster/a' },
    [
      'ecs:DescribeServices needs a resource of the type service',
      'arn:aws:ecs:eu-west-1:123456789012:cluster/a is no resource of these actions',
    ],
  ],
  [
    'a key that the action does not tell',
    { ...good, Condition: { StringEquals: { 'ecs:service': 'a' } } },
    ['ecs:ListServices knows no ecs:service'],
  ],
  [
    'a tag of a resource where there is no resource',
    { ...good, Condition: { StringEquals: { 'aws:ResourceTag/team': 'a' } } },
    ['ecs:ListServices knows no aws:ResourceTag/team'],
  ],
])('a policy with %s is found out', async (_what, statement, problems) => {
  expect(await idlePartsOf(statement)).toEqual(problems);
});

test.each([
  ['a*c', 'abc', true],
  ['*', '', true],
  ['a*', '*b', true],
  ['a*c', 'ab', false],
  ['ab', 'a', false],
  ['a*b*c', 'axxc', false],
])('%j and %j can be the same: %p', (a, b, expected) => {
  expect(canBeTheSame(a, b)).toBe(expected);
  expect(canBeTheSame(b, a)).toBe(expected);
});
