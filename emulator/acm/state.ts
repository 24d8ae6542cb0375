import type { ArnMaker } from '../arn.ts';
import type { Ids } from '../ids.ts';
import { AwsError, type Clock } from '../world.ts';
import type { Certificate, ValidationRecords } from './certificate.ts';

/** All that the emulated ACM remembers. Passed as the first argument to whatever needs it. */
export type Acm = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly arn: ArnMaker;
  /** True when the world's DNS has this CNAME. */
  readonly hasCname: (name: string, value: string) => boolean;
  /** ARNs of what uses a certificate. */
  readonly usersOf: (arn: string) => readonly string[];
  readonly certificates: Map<string, Certificate>;
  readonly records: ValidationRecords;
  /** Why ACM is to refuse a name that it is asked to validate, by the name. */
  readonly refusals: Map<string, string>;
};

export function findCertificate(acm: Acm, arn: string): Certificate {
  if (!/^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/.test(arn)) {
    throw new AwsError('InvalidArnException', `The ARN ${arn} is not a valid certificate ARN.`);
  }
  const found = acm.certificates.get(arn);
  if (found) return found;
  const [, , , , account] = arn.split(':');
  throw new AwsError('ResourceNotFoundException', `Could not find certificate ${arn} in account ${account}.`);
}

export const dateOf = ({ clock }: Pick<Acm, 'clock'>): Date => new Date(clock.now());
