import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { askForChange, atEachAttempt, InDoubt } from './attempts.ts';
import { clientOf } from './clients.ts';
import { isLogGroupThere } from './refusals.ts';

/** One that is there already is as good: another job made it, or an attempt whose reply was lost (`unknown`). */
export async function ensureLogGroup(logGroupName: string): Promise<'us' | 'another' | 'unknown'> {
  const command = new CreateLogGroupCommand({ logGroupName });
  try {
    await askForChange('logs:CreateLogGroup', `create log group ${logGroupName}`, (watch) => {
      command.middlewareStack.add(watch, atEachAttempt);
      return clientOf(CloudWatchLogsClient).send(command);
    });
    return 'us';
  } catch (error) {
    if (!isLogGroupThere(Object(error).cause)) throw error;
    return error instanceof InDoubt ? 'unknown' : 'another';
  }
}
