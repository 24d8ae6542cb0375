import { wildcardCovers } from './names.ts';

/** A certificate in ACM. */
export type Certificate = {
  readonly arn: string;
  /** In ACM's words; only `ISSUED` can be used. */
  readonly status: string;
  /** Hosts it is for, wildcards among them. */
  readonly names: readonly string[];
  readonly expiresAt: Date | undefined;
};

export type CertificateChoice =
  /** All that the listener needs for the hosts, whether it has them already or not. */
  | { readonly kind: 'chosen'; readonly arns: readonly string[] }
  | { readonly kind: 'missing'; readonly hosts: readonly string[] };

/**
 * As few certificates as cover the hosts: those on the listener first, of others the one for most of the hosts, and of
 * equals the one that lasts longest. `givenArn` leaves no choice.
 */
export function chooseCertificates(
  hosts: readonly string[],
  seen: {
    readonly certificates: readonly Certificate[];
    readonly attachedArns: readonly string[];
    readonly givenArn: string | undefined;
  },
): CertificateChoice {
  const usable = seen.certificates.filter(
    ({ arn, status }) => status === 'ISSUED' && (seen.givenArn === undefined || arn === seen.givenArn),
  );
  const isAttached = ({ arn }: Certificate) => seen.attachedArns.includes(arn);
  const present = coverAll(hosts, usable.filter(isAttached));
  const further = coverAll(present.uncovered, usable);
  if (further.uncovered.length > 0) return { kind: 'missing', hosts: further.uncovered };
  return { kind: 'chosen', arns: [...present.arns, ...further.arns] };
}

function coverAll(hosts: readonly string[], candidates: readonly Certificate[]) {
  const arns: string[] = [];
  let uncovered = hosts;
  for (;;) {
    const covered = (certificate: Certificate) => uncovered.filter((host) => isFor(certificate, host));
    const [best] = candidates.toSorted(
      (a, b) => covered(b).length - covered(a).length || Number(b.expiresAt ?? 0) - Number(a.expiresAt ?? 0),
    );
    if (best === undefined || covered(best).length === 0) return { arns, uncovered };
    arns.push(best.arn);
    uncovered = uncovered.filter((host) => !isFor(best, host));
  }
}

/** In a certificate, unlike in a rule, `*` stands for one label. */
export function isFor({ names }: Pick<Certificate, 'names'>, host: string): boolean {
  return names.some((name) => wildcardCovers(name, host));
}

/** The certificate of each host, as few for all of them as there can be; `undefined`: there is none. */
export function assignCertificates(
  hosts: readonly string[],
  seen: Parameters<typeof chooseCertificates>[1],
): ReadonlyMap<string, string | undefined> {
  const choice = chooseCertificates(hosts, seen);
  if (choice.kind === 'missing') {
    const covered = hosts.filter((host) => !choice.hosts.includes(host));
    const none = choice.hosts.map((host) => [host, undefined] as const);
    return new Map([...none, ...(covered.length > 0 ? assignCertificates(covered, seen) : [])]);
  }
  const certificateOf = (arn: string) => seen.certificates.find((one) => one.arn === arn);
  const chosen = choice.arns.flatMap((arn) => certificateOf(arn) ?? []);
  return new Map(hosts.map((host) => [host, chosen.find((certificate) => isFor(certificate, host))?.arn]));
}
