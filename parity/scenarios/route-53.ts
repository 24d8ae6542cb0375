import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { Kit, Scenario } from '../scenario.ts';

const text = (Name: string, value: string): ResourceRecordSet => ({
  Name,
  Type: 'TXT',
  TTL: 60,
  ResourceRecords: [{ Value: `"${value}"` }],
});
const address = (Name: string, value: string): ResourceRecordSet => ({
  Name,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: value }],
});
const weighted = (SetIdentifier: string, Weight: number): ResourceRecordSet => ({
  Name: 'split.parity.example',
  Type: 'CNAME',
  TTL: 60,
  SetIdentifier,
  Weight,
  ResourceRecords: [{ Value: `${SetIdentifier}.example.net` }],
});

async function makeZone({ route53, step }: Kit): Promise<string> {
  const made = await step('make a zone', () =>
    route53.send(new CreateHostedZoneCommand({ Name: 'parity.example', CallerReference: 'parity-one' })),
  );
  return made?.HostedZone?.Id ?? '';
}

export const zones: Scenario = {
  name: 'route-53-zones',
  run: async (kit) => {
    const { route53, step } = kit;
    const Id = await makeZone(kit);
    await step('make a second zone', () =>
      route53.send(
        new CreateHostedZoneCommand({ Name: 'parity-other.example', CallerReference: 'parity-two' }),
      ),
    );
    await step('read a zone', () => route53.send(new GetHostedZoneCommand({ Id })));
    await step('read a zone that is not there', () =>
      route53.send(new GetHostedZoneCommand({ Id: 'Z0000000000000000000' })),
    );
    const first = await step('list the first zone', () =>
      route53.send(new ListHostedZonesCommand({ MaxItems: 1 })),
    );
    await step('list what follows', () =>
      route53.send(new ListHostedZonesCommand({ MaxItems: 1, Marker: first?.NextMarker })),
    );
    await step('list by name', () =>
      route53.send(new ListHostedZonesByNameCommand({ DNSName: 'parity.example', MaxItems: 1 })),
    );
    await step('make it again', () =>
      route53.send(new CreateHostedZoneCommand({ Name: 'parity.example', CallerReference: 'parity-one' })),
    );
    const ResourceId = Id.replace('/hostedzone/', '');
    const tagged = { ResourceType: 'hostedzone', ResourceId } as const;
    await step('tag a zone', () =>
      route53.send(
        new ChangeTagsForResourceCommand({ ...tagged, AddTags: [{ Key: 'team', Value: 'shop' }] }),
      ),
    );
    await step('list the tags', () => route53.send(new ListTagsForResourceCommand(tagged)));
    await step('put a record into it', () => change(kit, Id, [put('CREATE', text('a.parity.example', 'a'))]));
    await step('delete a zone with a record', () => route53.send(new DeleteHostedZoneCommand({ Id })));
    await step('take the record out', () => change(kit, Id, [put('DELETE', text('a.parity.example', 'a'))]));
    await step('delete the zone', () => route53.send(new DeleteHostedZoneCommand({ Id })));
    await step('delete it again', () => route53.send(new DeleteHostedZoneCommand({ Id })));
  },
};

const put = (Action: Change['Action'], ResourceRecordSet: ResourceRecordSet): Change => ({
  Action,
  ResourceRecordSet,
});

const change = ({ route53 }: Kit, HostedZoneId: string, Changes: Change[]) =>
  route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));

export const records: Scenario = {
  name: 'route-53-records',
  run: async (kit) => {
    const { route53, step, until } = kit;
    const zone = await makeZone(kit);
    const list = (name: string, more: object = {}) =>
      step(name, () => route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone, ...more })));
    const made = await step('make a record', () =>
      change(kit, zone, [put('CREATE', address('app.parity.example', '192.0.2.1'))]),
    );
    await until(
      'wait for the change',
      () => route53.send(new GetChangeCommand({ Id: made?.ChangeInfo?.Id })),
      ({ ChangeInfo }) => ChangeInfo?.Status === 'INSYNC',
    );
    await step('ask for a change that is not there', () =>
      route53.send(new GetChangeCommand({ Id: 'C0000000000000000000' })),
    );
    await step('delete it by another value', () =>
      change(kit, zone, [put('DELETE', address('app.parity.example', '192.0.2.9'))]),
    );
    await step('delete a record that is not there', () =>
      change(kit, zone, [put('DELETE', address('none.parity.example', '192.0.2.9'))]),
    );
    await step('put it, there or not', () =>
      change(kit, zone, [put('UPSERT', address('app.parity.example', '192.0.2.2'))]),
    );
    await step('one good change and one bad', () =>
      change(kit, zone, [
        put('CREATE', address('new.parity.example', '192.0.2.3')),
        put('DELETE', address('none.parity.example', '192.0.2.9')),
      ]),
    );
    await step('a record of another zone', () =>
      change(kit, zone, [put('CREATE', address('app.other.example', '192.0.2.1'))]),
    );
    await step('a weighted pair', () =>
      change(kit, zone, [put('CREATE', weighted('blue', 100)), put('CREATE', weighted('green', 0))]),
    );
    await step('a weight too large', () => change(kit, zone, [put('UPSERT', weighted('blue', 256))]));
    await step('turn the pair around in one batch', () =>
      change(kit, zone, [
        put('DELETE', weighted('blue', 100)),
        put('DELETE', weighted('green', 0)),
        put('CREATE', weighted('blue', 0)),
        put('CREATE', weighted('green', 100)),
      ]),
    );
    await step('no change at all', () => change(kit, zone, []));
    await step('a change of a zone that is not there', () =>
      change(kit, 'Z0000000000000000000', [put('CREATE', address('a.parity.example', '192.0.2.1'))]),
    );
    const first = await list('list two records', { MaxItems: 2 });
    await list('list what follows', {
      StartRecordName: first?.NextRecordName,
      StartRecordType: first?.NextRecordType,
    });
    await list('list from a name on', { StartRecordName: 'split.parity.example' });
    await list('list from one of the pair on', {
      StartRecordName: 'split.parity.example',
      StartRecordType: 'CNAME',
      StartRecordIdentifier: 'green',
    });
    await step('a simple record beside the pair', () =>
      change(kit, zone, [
        put('CREATE', {
          Name: 'split.parity.example',
          Type: 'CNAME',
          TTL: 60,
          ResourceRecords: [{ Value: 'x.example.net' }],
        }),
      ]),
    );
    await step('make the record again', () =>
      change(kit, zone, [put('CREATE', address('app.parity.example', '192.0.2.2'))]),
    );
    await step('a CNAME beside an address', () =>
      change(kit, zone, [
        put('CREATE', {
          Name: 'app.parity.example',
          Type: 'CNAME',
          TTL: 60,
          ResourceRecords: [{ Value: 'other.example.net' }],
        }),
      ]),
    );
    await step('an address that is none', () =>
      change(kit, zone, [put('CREATE', address('bad.parity.example', '192.0.2'))]),
    );
  },
};
