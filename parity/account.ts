import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { clean } from './clean.ts';
import { clientsOf } from './clients.ts';
import type { ClientConfig, Witness } from './witness.ts';

/** Nothing was done, for want of something that whoever asks can give. */
export class Refusal extends Error {}

/** The account that may be used, or why none may: it is named by hand, and whoever asks is in it. */
export async function requireAccount(config: ClientConfig, wanted: string | undefined): Promise<string> {
  if (wanted === undefined || !/^\d{12}$/.test(wanted)) {
    const seen = wanted === undefined ? 'missing' : `"${wanted}"`;
    throw new Refusal(`PARITY_ACCOUNT_ID: ${seen}; wanted: the 12 digits of a test account of yours`);
  }
  const { Account } = await clientsOf(config).sts.send(new GetCallerIdentityCommand({}));
  if (Account === wanted) return wanted;
  throw new Refusal(`the credentials are of account ${Account}, and PARITY_ACCOUNT_ID is ${wanted}`);
}

export const WHAT_IT_MAKES = [
  'Two hosted zones, two ECR repositories, two roles, a log group, four alarms, three certificates that nobody validates,',
  'and one custom metric. All are called parity and eight hex digits; all but the metric, which expires, are deleted again.',
  'Cost: under one dollar. A zone is free when it is deleted within 12 hours. Time: about five minutes.',
];

/** Only the account's number is a yes. */
export async function requireYes(account: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Account ${account}. Type its number to go on: `);
  terminal.close();
  if (answer.trim() !== account) throw new Refusal('not confirmed: nothing was made');
}

/** Each scenario has names of its own, and what it left is deleted before the next, also when somebody interrupts. */
export function awsWitness(config: ClientConfig, account: string, keep: boolean): Witness {
  const clients = clientsOf({ ...config, maxAttempts: 5 });
  let run: string | undefined;
  const tidy = async (): Promise<void> => {
    if (run === undefined || keep) return;
    await clean(clients, run);
    run = undefined;
  };
  return {
    name: 'aws',
    fresh: async () => {
      await tidy();
      run = randomBytes(4).toString('hex');
      return { config, account, run };
    },
    wait: (seconds) => delay(seconds * 1000),
    close: tidy,
  };
}
