import { AwsError } from '../world.ts';
import type { Certificate } from './certificate.ts';
import type { Acm } from './state.ts';

type Input = Record<string, unknown>;

const LARGEST_PAGE = 1000;
/** Other algorithms are listed only when `Includes.keyTypes` asks for them. */
const LISTED_ALGORITHMS = ['RSA_1024', 'RSA_2048'];

/** https://docs.aws.amazon.com/acm/latest/APIReference/API_ListCertificates.html */
export function listCertificates(
  acm: Acm,
  input: Input,
): { readonly page: readonly Certificate[]; readonly next: { readonly NextToken?: string } } {
  const size = input['MaxItems'] ?? LARGEST_PAGE;
  if (typeof size !== 'number' || size < 1 || size > LARGEST_PAGE) {
    throw new AwsError('ValidationException', `MaxItems must be between 1 and ${LARGEST_PAGE}.`);
  }
  const start = Number(input['NextToken'] ?? 0);
  const statuses = strings(input['CertificateStatuses']);
  const keyTypes = strings(Object(input['Includes']).keyTypes) ?? LISTED_ALGORITHMS;
  const wanted = [...acm.certificates.values()].filter(
    ({ status, keyAlgorithm }) => (statuses?.includes(status) ?? true) && keyTypes.includes(keyAlgorithm),
  );
  const end = start + size;
  return { page: wanted.slice(start, end), next: end < wanted.length ? { NextToken: String(end) } : {} };
}

const strings = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.map(String) : undefined;
