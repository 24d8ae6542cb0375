import { type Dimension, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { balancerOf, describe, groupsOf, hostOf, revisionOf } from '../express.ts';
import type { Scenario } from '../scenario.ts';

const VISITS = 30;
const QUIET_SECONDS = 180;

/** How late figures are, and what is counted: requests of ours, and the health checks of the load balancer or not. */
export const counts = (name: string): Scenario => ({
  name: 'ecs-express-metrics',
  run: async (kit) => {
    const { cloudwatch, get, note, pause, watch } = kit;
    const host = hostOf(await describe(kit, name));
    const revision = await revisionOf(kit, name);
    const [balancer, ...groups] = [balancerOf(revision), ...groupsOf(revision)].map((arn) =>
      arn.replace(/^.*:(?:loadbalancer\/)?/, ''),
    );
    const sumOf = async (MetricName: string): Promise<number> => {
      const queries = groups.map((group, index) => {
        const Dimensions: Dimension[] = [
          { Name: 'LoadBalancer', Value: balancer },
          { Name: 'TargetGroup', Value: group },
        ];
        const Metric = { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions };
        return { Id: `m${index}`, MetricStat: { Metric, Period: 60, Stat: 'Sum' } };
      });
      const { MetricDataResults = [] } = await cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(Date.now() - 30 * 60_000),
          EndTime: new Date(),
          MetricDataQueries: queries,
        }),
      );
      return MetricDataResults.flatMap(({ Values = [] }) => Values).reduce((sum, value) => sum + value, 0);
    };
    const look = async () => ({ requests: await sumOf('RequestCount') });
    await pause(QUIET_SECONDS);
    note('before anybody asks, but for health checks', await look());
    const statuses = new Set<number>();
    for (let visit = 0; visit < VISITS; visit += 1) statuses.add((await get(`https://${host}/`)).status);
    note('who asks is answered with', [...statuses]);
    await watch('the figures come', look, ({ requests }) => requests >= VISITS, 15);
    await pause(QUIET_SECONDS);
    note('some minutes later', { ...(await look()), answered: await sumOf('HTTPCode_Target_2XX_Count') });
  },
});
