import { isIPv4, isIPv6 } from 'node:net';
import { DomainNameProblem, parseDomainName } from './domain-name.ts';
import { invalidRecord } from './invalid-change-batch.ts';
import type { RecordType } from './record-set.ts';

const LONGEST_STRING = 255;
const LONGEST_TEXT_VALUE = 4000;

/**
 * The syntax of one value. Types that are seldom written are only told apart from nothing.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
 */
export function checkValue(type: RecordType, value: string): void {
  const problem = CHECKS[type]?.(value) ?? (value === '' ? 'RRDATAEmpty (Value is empty)' : undefined);
  if (problem !== undefined) throw invalidRecord(problem, value);
}

type Check = (value: string) => string | undefined;

const domainName: Check = (value) => {
  try {
    parseDomainName(value);
    return undefined;
  } catch (error) {
    if (error instanceof DomainNameProblem) return error.message;
    throw error;
  }
};

/** A string of each quoted pair; Route 53 stores them as written. */
const text: Check = (value) => {
  if (!/^"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*$/.test(value)) {
    return 'InvalidCharacterString (Value should be enclosed in quotation marks)';
  }
  const strings = value.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  const tooLong = strings.some((string) => string.length - 2 > LONGEST_STRING);
  return tooLong || value.length > LONGEST_TEXT_VALUE
    ? 'CharacterStringTooLong (Value is too long)'
    : undefined;
};

const fields =
  (name: string, form: RegExp, host: number): Check =>
  (value) => {
    if (!form.test(value)) return `${name} (Value does not have the form of this record type)`;
    return domainName(value.split(/\s+/)[host] ?? '');
  };

const CHECKS: Readonly<Partial<Record<RecordType, Check>>> = {
  A: (value) => (isIPv4(value) ? undefined : 'ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)'),
  AAAA: (value) =>
    isIPv6(value) ? undefined : 'AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)',
  CNAME: domainName,
  NS: domainName,
  PTR: domainName,
  TXT: text,
  SPF: text,
  MX: fields('MXRRDATANotTwoFields', /^\d{1,5}\s+\S+$/, 1),
  SRV: fields('SRVRRDATANotFourFields', /^\d{1,5}\s+\d{1,5}\s+\d{1,5}\s+\S+$/, 3),
  SOA: fields('SOARRDATANotSevenFields', /^\S+\s+\S+(\s+\d{1,10}){5}$/, 0),
  CAA: (value) =>
    /^\d{1,3} [A-Za-z0-9]+ "[^"]*"$/.test(value)
      ? undefined
      : 'CAARRDATANotThreeFields (Value does not have the form flags tag "value")',
};
