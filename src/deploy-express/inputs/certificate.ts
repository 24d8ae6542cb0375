import { type CertificateRequest, splitNames } from '../../dns/certificate-request.ts';
import { parseZoneId } from '../../dns/zone.ts';
import { isNo } from '../../input-reader.ts';
import { parseBoolean, parseDecimal } from '../../parse.ts';
import { parseArnForm, roleForm } from '../../parse-arn.ts';
import { namesDomains, parseCustomDomains } from './forms.ts';
import type { DeployInputName, InputReader } from './names.ts';

const usualMinutes = 15;

/** Inputs that only say how a certificate is requested. */
const details = [
  'certificate-timeout-minutes',
  'hosted-zone-id',
  'dns-role-arn',
] as const satisfies readonly DeployInputName[];

export function parseCertificateRequest(
  reader: InputReader,
  region: string | undefined,
): CertificateRequest | undefined {
  const { take } = reader;
  const isAsked = take('request-certificate', parseBoolean) ?? false;
  const minutes = take('certificate-timeout-minutes', (raw) =>
    parseDecimal(raw, { minimum: 0.1, maximum: 360 }),
  );
  const request = {
    timeoutSeconds: 60 * (minutes ?? usualMinutes),
    zoneId: take('hosted-zone-id', parseZoneId),
    roleArn: take('dns-role-arn', (raw) => parseArnForm(raw, roleForm, region)),
  };
  if (isAsked) reportContradictions(reader);
  else if (isNo(reader, 'request-certificate')) reportUnasked(reader);
  return isAsked ? request : undefined;
}

function reportContradictions(reader: InputReader): void {
  const report = (seen: string, wanted: string) =>
    reader.report({ input: 'request-certificate', seen, wanted });
  if (!namesDomains(reader)) {
    report('given without custom-domains', 'custom-domains as well: the names to request a certificate for');
    return;
  }
  if (reader.text('certificate-arn') !== undefined) {
    report(
      'given together with certificate-arn',
      'only one of the two: a certificate that exists, or one to request',
    );
  }
  const parsed = parseCustomDomains(reader.text('custom-domains') ?? '');
  if (parsed.ok && parsed.value !== undefined && splitNames(parsed.value) === undefined) {
    report(
      'custom-domains of more than 64 characters each',
      'at least one name of at most 64 characters: ACM takes longer names only in addition to one',
    );
  }
}

function reportUnasked(reader: InputReader): void {
  for (const input of details) {
    if (reader.text(input) === undefined) continue;
    reader.report({
      input,
      seen: 'given without request-certificate',
      wanted: 'request-certificate: true as well',
    });
  }
}
