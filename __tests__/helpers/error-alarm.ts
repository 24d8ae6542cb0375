import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import type { ShiftWorld } from './shift-world.ts';

/** Makes an alarm on the 5xx of the load balancer, which is OK as long as there are few; give it two minutes to say so. */
export async function putErrorAlarm({ emulator }: ShiftWorld, name: string): Promise<void> {
  const cloudwatch = new CloudWatchClient(emulator.client);
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'HTTPCode_Target_5XX_Count',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      // More than any case sends, so that it rings only where a case makes it ring.
      Threshold: 1e6,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
  cloudwatch.destroy();
}
