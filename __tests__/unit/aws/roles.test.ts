import { deniedIn } from '../../../src/aws/roles.ts';

const [one, two] = [
  'arn:aws:ssm:eu-west-1:123456789012:parameter/one',
  'arn:aws:ssm:eu-west-1:123456789012:parameter/two',
];

test.each([
  [
    'one result for all resources',
    [
      {
        EvalDecision: 'explicitDeny',
        ResourceSpecificResults: [
          { EvalResourceName: one, EvalResourceDecision: 'allowed' },
          { EvalResourceName: two, EvalResourceDecision: 'explicitDeny' },
        ],
      },
    ],
    [two],
  ],
  [
    'a result for each resource, as it was before',
    [
      { EvalDecision: 'implicitDeny', EvalResourceName: one },
      { EvalDecision: 'allowed', EvalResourceName: two },
    ],
    [one],
  ],
  ['one that allows all, without naming them', [{ EvalDecision: 'allowed', EvalResourceName: '*' }], []],
  ['one that does not say which it denies', [{ EvalDecision: 'implicitDeny' }], undefined],
  ['no result', [], undefined],
])('%s', (_what, results, denied) => {
  expect(deniedIn(results, [one, two])).toEqual(denied);
});
