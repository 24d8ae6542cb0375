import { AwsError, type Operation } from '../world.ts';
import { type Answering, answer } from './answer.ts';
import { readZoneName } from './create-zone.ts';
import { isWithin } from './domain-name.ts';
import { optionalText, requireText } from './invalid-input.ts';
import { isRecordType } from './read-record-set.ts';
import { findZone, type Hosting } from './state.ts';

/** One answer of a public zone's own name servers; asked again and again, the answers follow the weights. */
export function testDnsAnswerOperations(hosting: Hosting, answering: Answering): Record<string, Operation> {
  return {
    TestDNSAnswer: (input, caller) => {
      const id = requireText(input, 'HostedZoneId').replace(/^\/hostedzone\//, '');
      const zone = findZone(hosting, id, caller);
      const name = readZoneName(requireText(input, 'RecordName'));
      const type = requireText(input, 'RecordType');
      if (!isRecordType(type)) throw new AwsError('InvalidInput', `Invalid record type: '${type}'`);
      if (!zone.nameServers) {
        throw new AwsError('InvalidInput', 'TestDNSAnswer supports public hosted zones only.');
      }
      if (!isWithin(name, zone.name)) {
        throw new AwsError('InvalidInput', `${name} does not lie in the hosted zone ${zone.name}`);
      }
      const found = answer(zone, { name, type }, answering);
      return {
        Nameserver: optionalText(input, 'ResolverIP') ?? zone.nameServers[0],
        RecordName: name,
        RecordType: type,
        RecordData: found.kind === 'records' ? found.records.map(({ value }) => value) : [],
        ResponseCode: found.kind === 'no-name' ? 'NXDOMAIN' : 'NOERROR',
        Protocol: 'UDP',
      };
    },
  };
}
