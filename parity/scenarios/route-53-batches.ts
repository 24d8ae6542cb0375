import {
  type Change,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { Scenario } from '../scenario.ts';

const weighted = (SetIdentifier: string, Weight: number): ResourceRecordSet => ({
  Name: 'app.parity.example',
  Type: 'CNAME',
  TTL: 60,
  SetIdentifier,
  Weight,
  ResourceRecords: [{ Value: `${SetIdentifier}.example.net` }],
});
const put = (Action: Change['Action'], ResourceRecordSet: ResourceRecordSet): Change => ({
  Action,
  ResourceRecordSet,
});

/** A batch that compares and swaps, as shift-traffic sends it, and the words of its refusals, which it reads. */
export const batches: Scenario = {
  name: 'route-53-batches',
  run: async ({ route53, step }) => {
    const { HostedZone } = await route53.send(
      new CreateHostedZoneCommand({ Name: 'parity.example', CallerReference: 'parity-batches' }),
    );
    const HostedZoneId = HostedZone?.Id ?? '';
    const send = (name: string, Changes: Change[]) =>
      step(
        name,
        () => route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } })),
        { sentence: true },
      );
    const swap = (from: number, to: number): Change[] => [
      put('DELETE', weighted('blue', from)),
      put('CREATE', weighted('blue', to)),
    ];
    await send('a weighted record', [put('CREATE', weighted('blue', 100))]);
    await send('swap it for one of the same identity', swap(100, 90));
    await send('the same again, which is too late', swap(100, 90));
    await send('swap what is not there', [
      put('DELETE', weighted('green', 1)),
      put('CREATE', weighted('green', 2)),
    ]);
    await send('two problems at once', [
      put('DELETE', weighted('blue', 1)),
      put('DELETE', weighted('green', 1)),
    ]);
    await send('a record that is there', [put('CREATE', weighted('blue', 90))]);
  },
};
