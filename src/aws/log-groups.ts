import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { clientOf } from './clients.ts';
import { toActionError } from './failures.ts';
import { isLogGroupThere } from './refusals.ts';

/** One that is there already is as good: another job made it, or an attempt whose reply was lost. */
export async function ensureLogGroup(logGroupName: string): Promise<void> {
  try {
    await clientOf(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName }));
  } catch (cause) {
    if (isLogGroupThere(cause)) return;
    throw toActionError(cause, `create log group ${logGroupName}`, 'logs:CreateLogGroup');
  }
}
