import type { Control } from '../control/control-plane.ts';
import { newValidations } from './certificate.ts';
import { type Acm, dateOf } from './state.ts';
import { describeCertificate } from './views.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

/**
 * `POST /_emulator/acm` with `{ "certificates": [{ "domainNames": ["app.example.com"], "status"?, "arn"?, "tags"? }] }`, or
 * with `{ "refusals": { "app.example.com": "CAA_ERROR" } }`, which takes the place of those of before.
 */
export function acmControl(acm: Acm): Control {
  return {
    GET: () => ({ certificates: [...acm.certificates.values()].map((one) => describeCertificate(acm, one)) }),
    POST: (body) => {
      const { certificates, refusals }: { certificates?: unknown; refusals?: unknown } = Object(body);
      if (refusals !== undefined) {
        acm.refusals.clear();
        for (const [name, reason] of Object.entries(Object(refusals))) acm.refusals.set(name, String(reason));
        return undefined;
      }
      if (!Array.isArray(certificates)) throw new TypeError('"certificates" must be a list');
      return { certificates: certificates.map((given) => ({ arn: setUp(acm, Object(given)) })) };
    },
  };
}

function setUp(
  acm: Acm,
  given: { arn?: unknown; domainNames?: unknown; status?: unknown; tags?: unknown },
): string {
  const domainNames = Array.isArray(given.domainNames) ? given.domainNames.map(String) : [];
  const [domainName] = domainNames;
  if (domainName === undefined) throw new TypeError('a certificate needs "domainNames"');
  const status = (['ISSUED', 'PENDING_VALIDATION', 'VALIDATION_TIMED_OUT'] as const).find(
    (known) => known === (given.status ?? 'ISSUED'),
  );
  if (!status) throw new TypeError('"status" must be ISSUED, PENDING_VALIDATION or VALIDATION_TIMED_OUT');
  const isIssued = status === 'ISSUED';
  const now = dateOf(acm);
  const arn = typeof given.arn === 'string' ? given.arn : acm.arn('acm', `certificate/${acm.ids.uuid()}`);
  acm.certificates.set(arn, {
    arn,
    domainName,
    domainNames,
    keyAlgorithm: 'RSA_2048',
    createdAt: now,
    idempotencyToken: undefined,
    validations: newValidations(acm, domainNames).map((one) => ({ ...one, done: isIssued })),
    tags: new Map(Object.entries(Object(given.tags)).map(([key, value]) => [key, String(value)])),
    status,
    failureReason: undefined,
    issuedAt: isIssued ? now : undefined,
    notBefore: isIssued ? now : undefined,
    notAfter: isIssued ? new Date(now.getTime() + YEAR_MS) : undefined,
  });
  return arn;
}
