import { readdirSync, readFileSync } from 'node:fs';
import { ACTS, scenariosOf } from '../../../parity/acts.ts';
import { compare } from '../../../parity/compare.ts';
import { GAPS } from '../../../parity/gaps.ts';
import { judge } from '../../../parity/judge.ts';
import { normalise } from '../../../parity/normalise.ts';
import type { Recording, Step } from '../../../parity/record.ts';
import { expectPlantsToBeFound } from '../../helpers/planted-differences.ts';

const recordOf = (scenario: string): Recording =>
  JSON.parse(readFileSync(`parity/records/${scenario}.json`, 'utf8'));
const names = scenariosOf(ACTS.filter(({ moto }) => moto)).map(({ name }) => name);

const step = (name: string, output: unknown, more: Partial<Step> = {}): Step => ({
  name,
  operation: 'Ask',
  input: {},
  status: 200,
  output,
  ...more,
});

describe('what differs from run to run gets a name', () => {
  test.each([
    [
      'a time',
      { at: new Date(0), ms: 1_795_000_000_000, text: '2026-11-29T10:00:00Z' },
      { at: '<time>', ms: '<time>', text: '<time>' },
    ],
    [
      'an id, wherever it comes again',
      [
        { Id: '/hostedzone/ABCDEFGHIJKLMNOP' },
        { ResourceId: 'ABCDEFGHIJKLMNOP' },
        '/hostedzone/ZYXWVUTSRQPONM',
      ],
      [{ Id: '/hostedzone/<zone:1>' }, { ResourceId: '<zone:1>' }, '/hostedzone/<zone:2>'],
    ],
    [
      'account and Region in an ARN',
      'arn:aws:ecs:eu-west-1:123456789012:cluster/a',
      'arn:aws:ecs:<region:1>:<account:1>:cluster/a',
    ],
    [
      'an id with twelve digits in a row, which are no account',
      { Id: '/change/C6D123456789012A9C82E' },
      { Id: '/change/<change:1>' },
    ],
    [
      'a secret',
      { SecretAccessKey: 'x', SessionToken: 'y' },
      { SecretAccessKey: '<secret>', SessionToken: '<secret>' },
    ],
    [
      'the endpoint of a service, with or without https://',
      [
        { endpoint: 'https://pa-0123456789abcdef0123456789abcdef.ecs.eu-west-1.on.aws' },
        'pa-0123456789abcdef0123456789abcdef.ecs.eu-west-1.on.aws',
      ],
      [{ endpoint: '<host:1>' }, '<host:1>'],
    ],
    [
      'what Express makes',
      [
        '/aws/ecs/default/parity-calm-0a1b',
        'targetgroup/ecs-gateway-tg-0123456789abcdef0/0123456789abcdef',
        'sg-0123456789abcdef0',
      ],
      [
        '/aws/ecs/default/parity-calm-<log-group:1>',
        'targetgroup/ecs-gateway-tg-<group:1>/<elb:1>',
        '<network:1>',
      ],
    ],
    ['a token', { NextToken: 'x', Marker: 'x' }, { NextToken: '<token:1>', Marker: '<token:1>' }],
    ['what the SDK adds', { $metadata: { attempts: 1 }, a: 1, b: undefined }, { a: 1 }],
  ])('%s', (_what, value, expected) => {
    expect(normalise(value)).toEqual(expected);
  });

  test('what a run has behind the name of all that it makes is taken off', () => {
    expect(normalise({ name: 'parity0a1b2c3d-calm' }, '0a1b2c3d')).toEqual({ name: 'parity-calm' });
  });
});

describe('two runs are compared', () => {
  test('names may be numbered otherwise, but stand for the same', () => {
    const witness = [step('a', '<zone:1>'), step('b', '<zone:2>'), step('c', '<zone:1>')];
    const same = [step('a', '<zone:3>'), step('b', '<zone:1>'), step('c', '<zone:3>')];
    const swapped = [step('a', '<zone:3>'), step('b', '<zone:1>'), step('c', '<zone:1>')];
    const merged = [step('a', '<zone:3>'), step('b', '<zone:3>'), step('c', '<zone:3>')];
    expect(compare(witness, same)).toEqual([]);
    expect(compare(witness, swapped).map((one) => one.step)).toEqual(['c']);
    expect(compare(witness, merged).map((one) => one.step)).toEqual(['b']);
  });

  test.each([
    ['another value', { a: 1 }, { a: 2 }, 'output.a'],
    ['a member that is missing', { a: { b: 1 } }, { a: {} }, 'output.a.b'],
    ['a member too many', { a: {} }, { a: { b: 1 } }, 'output.a.b'],
    ['another order', [1, 2], [2, 1], 'output[0]'],
    ['an item too many', { a: [1] }, { a: [1, 2] }, 'output.a'],
    ['a list where there was a text', { a: '1' }, { a: ['1'] }, 'output.a'],
  ])('%s is told by its path', (_what, witness, emulator, path) => {
    expect(compare([step('a', witness)], [step('a', emulator)])[0]).toMatchObject({ step: 'a', path });
  });

  test('another error is told alone, since nothing else can be the same', () => {
    const refused = step('a', undefined, { status: 400, error: 'NotFound' });
    expect(compare([step('a', { b: 1 })], [refused])).toEqual([
      { step: 'a', path: 'error', witness: 'none', emulator: 'NotFound' },
    ]);
  });

  test('other words of a refusal are told, where they are kept, and how long it took is not', () => {
    const refused = (sentence: string, seconds: number) =>
      step('a', undefined, { status: 400, error: 'NotFound', sentence, seconds });
    expect(compare([refused('no', 1)], [refused('not here', 9)])).toEqual([
      { step: 'a', path: 'sentence', witness: 'no', emulator: 'not here' },
    ]);
  });

  test('steps that only one of them made are told', () => {
    expect(compare([step('a', 1)], [step('b', 1)])).toMatchObject([
      { step: 'a', path: 'step', emulator: undefined },
      { step: 'b', path: 'step', witness: undefined },
    ]);
  });
});

describe('known differences', () => {
  const gap = { scenario: 's', step: 'read *', path: 'output.*.Id', why: 'w', source: 'ours' };
  const run = (output: unknown): Recording => ({
    scenario: 's',
    witness: 'moto',
    steps: [step('read it', output)],
  });

  test('a listed one is counted, any other is not passed over', () => {
    expect(judge(run({ a: { Id: 1 }, b: 1 }), run({ a: { Id: 2 }, b: 1 }), [gap])).toEqual({
      unlisted: [],
      closed: [],
      listed: 1,
    });
    expect(judge(run({ a: { Id: 1 }, b: 1 }), run({ a: { Id: 2 }, b: 2 }), [gap]).unlisted).toMatchObject([
      { path: 'output.b' },
    ]);
  });

  test('one that is none any more is told', () => {
    expect(judge(run({}), run({}), [gap, { ...gap, scenario: 'other' }]).closed).toEqual([gap]);
  });

  test.each(GAPS)('$scenario, $step: $path says why, and by whom', ({ scenario, why, source }) => {
    expect(names).toContain(scenario);
    expect(why).toMatch(/\w/);
    expect(source).toMatch(
      /^(?:https:\/\/docs\.aws\.amazon\.com\/\S+|emulator\/README\.md|moto [\d.]+|ours)$/,
    );
  });
});

describe('the records', () => {
  test('no two scenarios have one name', () => {
    const all = scenariosOf(ACTS).map(({ name }) => name);
    expect(new Set(all).size).toBe(all.length);
  });

  test('each scenario has one, and no other is there', () => {
    expect(readdirSync('parity/records').sort()).toEqual(names.map((name) => `${name}.json`).sort());
    for (const name of names) expect(recordOf(name)).toMatchObject({ scenario: name, witness: 'moto' });
  });

  test.each(names)('a difference planted into %s is found', (name) => {
    expectPlantsToBeFound(recordOf(name));
  });
});
