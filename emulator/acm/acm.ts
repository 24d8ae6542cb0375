import { arnMaker } from '../arn.ts';
import type { Control } from '../control/control-plane.ts';
import type { Ids } from '../ids.ts';
import { jsonRefusal } from '../shapes/refusals.ts';
import { AwsError, type AwsService, type CertificateStore, type Clock } from '../world.ts';
import { acmControl } from './control.ts';
import { listCertificates } from './listing.ts';
import { requestCertificate } from './request.ts';
import { type Acm, findCertificate } from './state.ts';
import { describeTags, readTags } from './tags.ts';
import { describeCertificate, summariseCertificate } from './views.ts';

/** ACM: `certificates` for the load balancers, `service` for clients. Both see the same state. */
export function createAcm(options: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly region: string;
  readonly accountId: string;
  readonly hasCname: (name: string, value: string) => boolean;
  readonly usersOf: (arn: string) => readonly string[];
}): { readonly service: AwsService; readonly certificates: CertificateStore; readonly control: Control } {
  const { region, accountId } = options;
  const acm: Acm = {
    ...options,
    arn: arnMaker(region, accountId),
    certificates: new Map(),
    records: new Map(),
    refusals: new Map(),
  };
  return {
    service: serviceOf(acm),
    certificates: { find: (arn) => acm.certificates.get(arn) },
    control: acmControl(acm),
  };
}

function serviceOf(acm: Acm): AwsService {
  const find = (input: Record<string, unknown>) => findCertificate(acm, String(input['CertificateArn']));
  return {
    name: 'acm',
    protocol: { kind: 'json', targetPrefix: 'CertificateManager', version: '1.1' },
    refuse: jsonRefusal('ValidationException'),
    operations: {
      RequestCertificate: (input) => ({ CertificateArn: requestCertificate(acm, input).arn }),
      DescribeCertificate: (input) => ({ Certificate: describeCertificate(acm, find(input)) }),
      ListCertificates: (input) => {
        const { page, next } = listCertificates(acm, input);
        return { CertificateSummaryList: page.map((one) => summariseCertificate(acm, one)), ...next };
      },
      DeleteCertificate: (input) => {
        const { arn } = find(input);
        if (acm.usersOf(arn).length > 0) {
          throw new AwsError(
            'ResourceInUseException',
            `Certificate ${arn} is in use by other AWS resources.`,
          );
        }
        acm.certificates.delete(arn);
        return {};
      },
      ListTagsForCertificate: (input) => ({ Tags: describeTags(find(input).tags) }),
      AddTagsToCertificate: (input) => {
        const { tags } = find(input);
        for (const [key, value] of readTags(input)) tags.set(key, value);
        return {};
      },
      RemoveTagsFromCertificate: (input) => {
        const { tags } = find(input);
        for (const key of readTags(input).keys()) tags.delete(key);
        return {};
      },
    },
  };
}
