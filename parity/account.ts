import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { clean } from './clean.ts';
import { clientsOf } from './clients.ts';
import { createOutside, type EmulatedNames } from './outside.ts';
import { Refusal } from './refusal.ts';
import type { Act } from './scenario.ts';
import type { ClientConfig, Stage, Witness } from './witness.ts';
import { moveClock } from './witnesses.ts';

/** The emulator in the place of AWS, for tests of all this: its line of JSON, as it prints it when it is ready. */
export function readStandIn(env: NodeJS.ProcessEnv): EmulatedNames | undefined {
  try {
    const line: unknown = JSON.parse(env['PARITY_STAND_IN'] ?? 'null');
    return isNames(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

const isNames = (line: unknown): line is EmulatedNames =>
  typeof line === 'object' && line !== null && 'env' in line && 'dns' in line;

/** What of the environment is in the way of a run in an account. */
export function problemsOfAws(env: NodeJS.ProcessEnv, isRecordOfAws: boolean): readonly string[] {
  const wanted = env['PARITY_ACCOUNT_ID'];
  const isStandIn = readStandIn(env) !== undefined;
  // What somebody else answers must not be written down as AWS's.
  const elsewhere = Object.keys(env).filter(
    (name) => /^AWS_ENDPOINT_URL(?:_|$)/.test(name) && env[name] !== '',
  );
  return [
    ...(wanted !== undefined && /^\d{12}$/.test(wanted)
      ? []
      : [
          `PARITY_ACCOUNT_ID: ${wanted === undefined ? 'missing' : `"${wanted}"`}; wanted: the 12 digits of a test account of yours`,
        ]),
    ...(isStandIn || env['PARITY_STAND_IN'] === undefined
      ? []
      : [`PARITY_STAND_IN: "${env['PARITY_STAND_IN']}"; wanted: the line of an emulator, or unset`]),
    ...(isStandIn || elsewhere.length === 0
      ? []
      : [`${elsewhere.join(', ')}: set; wanted: unset, since what answers there is not AWS`]),
    ...(isStandIn && isRecordOfAws
      ? ["--records: the folder of AWS's; wanted: another, since records of a stand-in are none of AWS"]
      : []),
  ];
}

/** The account that may be used, or why none may: it is named by hand, and whoever asks is in it. */
export async function requireAccount(config: ClientConfig, env: NodeJS.ProcessEnv): Promise<string> {
  const { PARITY_ACCOUNT_ID: wanted = '', AWS_PROFILE: profile = '' } = env;
  const account = await clientsOf(config)
    .sts.send(new GetCallerIdentityCommand({}))
    .catch((cause: unknown) => {
      const seen = cause instanceof Error ? cause.message : String(cause);
      const by = profile === '' ? '' : `, by the profile ${profile}`;
      throw new Refusal(
        `AWS does not say whose the credentials are: ${seen}; wanted: those of account ${wanted}${by} (AWS_PROFILE, or AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY), in a Region that exists`,
        { cause },
      );
    });
  if (account.Account === wanted) return wanted;
  throw new Refusal(`the credentials are of account ${account.Account}, and PARITY_ACCOUNT_ID is ${wanted}`);
}

/** What the acts make, cost and take, as far as they are asked for. */
export function announce(acts: readonly Act[]): readonly string[] {
  const services = acts.filter(({ setUp }) => setUp !== undefined).length;
  const takesLong = acts.some(({ setUp, sideBySide }) => setUp !== undefined || sideBySide);
  return [
    'Hosted zones, ECR repositories, roles, log groups, alarms, certificates that nobody validates, and a custom metric:',
    'at most four of each, as the scenarios ask for them.',
    ...(takesLong
      ? [
          `Express services for ${services} groups of scenarios, ${SIDE_BY_SIDE} at a time, with their load balancer; a service of App Runner`,
          'where the account may make one. The cluster "default" and service-linked roles of ECS are made if they are missing, and stay.',
        ]
      : []),
    'All are called parity and eight hex digits; all but the metric, which expires, are deleted again.',
    takesLong
      ? 'Cost: under two dollars. Time: about an hour for all, up to 30 minutes for one group.'
      : 'Cost: under one dollar. Time: about five minutes.',
    'A zone is free when it is deleted within 12 hours.',
  ];
}

/** Enough for the time, and little for the quotas of a new account. */
export const SIDE_BY_SIDE = 5;

/** Only the account's number is a yes. */
export async function requireYes(account: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const question = terminal.question(`Account ${account}. Type its number to go on: `);
  // Where nobody can answer, the input ends.
  const answer = await Promise.race([question, once(terminal, 'close').then(() => '')]);
  terminal.close();
  if (answer.trim() !== account) throw new Refusal('not confirmed: nothing was made');
}

/** Lets time pass: of a stand-in it is moved. */
export async function waitFor(
  seconds: number,
  signal: AbortSignal | undefined,
  standIn: EmulatedNames | undefined,
): Promise<void> {
  if (!standIn) return delay(seconds * 1000, undefined, signal ? { signal } : {});
  await moveClock(standIn, seconds);
}

/** Each act has names of its own, and what it left is deleted at its end, also when somebody interrupts. */
export function awsWitness(
  config: ClientConfig,
  {
    account,
    keep,
    standIn,
  }: { readonly account: string; readonly keep: boolean; readonly standIn: EmulatedNames | undefined },
): Witness {
  const patient = { ...config, maxAttempts: 5 };
  return {
    name: standIn ? 'stand-in' : 'aws',
    open: async (): Promise<Stage> => {
      const run = randomBytes(4).toString('hex');
      const wait = (seconds: number, signal?: AbortSignal) => waitFor(seconds, signal, standIn);
      return {
        config: patient,
        account,
        run,
        outside: createOutside(standIn),
        wait,
        close: async () => {
          if (!keep) await clean(clientsOf(patient), wait, run);
        },
      };
    },
    close: async () => undefined,
  };
}
