import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { lastPartOf } from '../parse-arn.ts';
import { clientOf } from './clients.ts';
import { mainContainer } from './deployments.ts';
import { ask } from './failures.ts';
import { oneOffStreamPrefix } from './tasks.ts';

/**
 * What is read only to explain a failure. A file of its own, loaded only then: it brings two more SDK clients that a
 * deployment which succeeds never needs.
 */

const ecs = () => clientOf(ECSClient);
const logs = () => clientOf(CloudWatchLogsClient);

export type StoppedTask = {
  readonly taskId: string;
  /** Where ECS tells which version it was of. */
  readonly taskDefinitionArn?: string | undefined;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  readonly exitCode: number | undefined;
  readonly containerReason: string | undefined;
};

/** Tasks of the service that stopped after `since`, latest first. ECS forgets stopped tasks after about an hour. */
export async function describeStoppedTasks(
  cluster: string,
  serviceName: string,
  since: Date,
): Promise<readonly StoppedTask[]> {
  const listed = await ask('ecs:ListTasks', `list the stopped tasks of ${serviceName}`, () =>
    ecs().send(new ListTasksCommand({ cluster, serviceName, desiredStatus: 'STOPPED', maxResults: 100 })),
  );
  const tasks = listed.taskArns ?? [];
  if (tasks.length === 0) return [];
  const described = await ask('ecs:DescribeTasks', `describe the stopped tasks of ${serviceName}`, () =>
    ecs().send(new DescribeTasksCommand({ cluster, tasks })),
  );
  return (described.tasks ?? [])
    .filter(({ createdAt }) => createdAt === undefined || createdAt >= since)
    .toSorted((a, b) => Number(b.stoppedAt ?? 0) - Number(a.stoppedAt ?? 0))
    .map(readTask);
}

function readTask(task: Task): StoppedTask {
  const containers = task.containers ?? [];
  const container =
    containers.find(
      ({ exitCode, reason }) => (exitCode !== undefined && exitCode !== 0) || reason !== undefined,
    ) ??
    containers.find(({ name }) => name === mainContainer) ??
    containers[0];
  return {
    taskId: lastPartOf(task.taskArn ?? ''),
    taskDefinitionArn: task.taskDefinitionArn,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    exitCode: container?.exitCode,
    containerReason: container?.reason,
  };
}

/** One line a target that is not healthy: `10.0.1.17:8080 unhealthy: Target.Timeout, Request timed out`. */
export async function describeUnhealthyTargets(
  targetGroupArns: readonly string[],
): Promise<readonly string[]> {
  const groups = await Promise.all(
    targetGroupArns.map((TargetGroupArn) =>
      ask('elasticloadbalancing:DescribeTargetHealth', 'describe the health of the targets', () =>
        clientOf(ElasticLoadBalancingV2Client).send(new DescribeTargetHealthCommand({ TargetGroupArn })),
      ),
    ),
  );
  return (
    groups
      .flatMap(({ TargetHealthDescriptions }) => TargetHealthDescriptions ?? [])
      // Draining ones belong to tasks that are leaving: they tell nothing of why.
      .filter(({ TargetHealth }) =>
        ['unhealthy', 'unavailable', 'initial'].includes(TargetHealth?.State ?? ''),
      )
      .map(({ Target, TargetHealth }) => {
        const why = [TargetHealth?.Reason, TargetHealth?.Description].filter((part) => part !== undefined);
        return `${Target?.Id}:${Target?.Port} ${TargetHealth?.State}${why.length > 0 ? `: ${why.join(', ')}` : ''}`;
      })
  );
}

/**
 * The end of the container's log, oldest line first: of the task that stopped last, or else of the stream written to
 * last. (FilterLogEvents would give the first lines of a period, not the last.)
 */
export async function readLastLogLines(options: {
  readonly logGroup: string;
  readonly streamPrefix: string;
  readonly taskId: string | undefined;
  readonly limit: number;
}): Promise<readonly string[]> {
  const { logGroup, streamPrefix, taskId, limit } = options;
  const stream =
    taskId === undefined ? await findLatestStream(logGroup) : `${streamPrefix}/${mainContainer}/${taskId}`;
  if (stream === undefined) return [];
  const answer = await ask('logs:GetLogEvents', `read log ${logGroup}`, () =>
    logs().send(
      new GetLogEventsCommand({ logGroupName: logGroup, logStreamName: stream, limit, startFromHead: false }),
    ),
  );
  return (answer.events ?? []).map(({ message }) => message ?? '');
}

async function findLatestStream(logGroupName: string): Promise<string | undefined> {
  const answer = await ask('logs:DescribeLogStreams', `list the streams of log ${logGroupName}`, () =>
    logs().send(
      new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true, limit: 10 }),
    ),
  );
  const names = (answer.logStreams ?? []).flatMap(({ logStreamName }) => logStreamName ?? []);
  return names.find((name) => !name.startsWith(`${oneOffStreamPrefix}/`));
}
