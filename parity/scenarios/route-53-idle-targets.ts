import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  GetChangeCommand,
  type ResourceRecordSet,
  TestDNSAnswerCommand,
} from '@aws-sdk/client-route-53';
import { balancerOf, revisionOf } from '../express.ts';
import type { Kit, Scenario } from '../scenario.ts';

const FALLBACK = '192.0.2.1';
const RecordName = 'app.parity.example';

/**
 * One of a service's two target groups is always empty. Is an alias to its load balancer healthy then? If not, the record of
 * weight 0 beside it answers.
 */
export const idleTargets = (name: string): Scenario => ({
  name: 'route-53-alias-to-idle-targets',
  run: async (kit) => {
    const { elbv2, note, pause, route53, step } = kit;
    const { LoadBalancers: [balancer = {}] = [] } = await elbv2.send(
      new DescribeLoadBalancersCommand({ LoadBalancerArns: [balancerOf(await revisionOf(kit, name))] }),
    );
    const { HostedZone: zone = undefined } = await route53.send(
      new CreateHostedZoneCommand({ Name: 'parity.example', CallerReference: 'parity-idle' }),
    );
    const HostedZoneId = zone?.Id ?? '';
    const weighted = { Name: RecordName, Type: 'A' } as const;
    await change(kit, HostedZoneId, [
      {
        ...weighted,
        SetIdentifier: 'balancer',
        Weight: 100,
        AliasTarget: {
          DNSName: balancer.DNSName,
          HostedZoneId: balancer.CanonicalHostedZoneId,
          EvaluateTargetHealth: true,
        },
      },
      {
        ...weighted,
        SetIdentifier: 'fallback',
        Weight: 0,
        TTL: 60,
        ResourceRecords: [{ Value: FALLBACK }],
      },
    ]);
    // Health is found out later than a record.
    await pause(120);
    const answer = await step(
      'who answers',
      () => route53.send(new TestDNSAnswerCommand({ HostedZoneId, RecordName, RecordType: 'A' })),
      { keep: ({ ResponseCode, Protocol }) => ({ ResponseCode, Protocol }) },
    );
    note('it is', answer?.RecordData?.includes(FALLBACK) ? 'the fallback' : 'the load balancer');
  },
});

async function change(
  { pause, route53 }: Kit,
  HostedZoneId: string,
  sets: ResourceRecordSet[],
): Promise<void> {
  const Changes = sets.map((ResourceRecordSet) => ({ Action: 'CREATE' as const, ResourceRecordSet }));
  const { ChangeInfo: made } = await route53.send(
    new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }),
  );
  for (let tries = 0; tries < 60; tries += 1) {
    const { ChangeInfo } = await route53.send(new GetChangeCommand({ Id: made?.Id }));
    if (ChangeInfo?.Status === 'INSYNC') return;
    await pause(5);
  }
  throw new Error('the change did not become INSYNC');
}
