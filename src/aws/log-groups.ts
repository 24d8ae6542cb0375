import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { clientOf } from './clients.ts';
import { doubtOf } from './doubt.ts';
import { toActionError } from './failures.ts';
import { isLogGroupThere } from './refusals.ts';

/** One that is there already is as good: another job made it, or an attempt whose reply was lost (`unknown`). */
export async function ensureLogGroup(logGroupName: string): Promise<'us' | 'another' | 'unknown'> {
  try {
    await clientOf(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName }));
    return 'us';
  } catch (cause) {
    if (isLogGroupThere(cause)) return doubtOf(cause) === undefined ? 'another' : 'unknown';
    throw toActionError(cause, `create log group ${logGroupName}`, 'logs:CreateLogGroup');
  }
}
