import type { Side } from '../../dns/records.ts';
import type { Probe } from './observed.ts';

/** What really happens, beside what the records say. */
export type Verification = {
  readonly domain: string;
  /** What the name itself came to, through whatever DNS this machine asks. */
  readonly name: Probe;
  readonly blue: Probe | undefined;
  readonly green: Probe | undefined;
  readonly answers: readonly DnsAnswer[];
};

/** What Route 53's servers answer to a question of one type. */
export type DnsAnswer = {
  readonly type: string;
  readonly responseCode: string;
  readonly data: readonly string[];
  /** The side that it leads to; `undefined`: it cannot be told, or nothing else can answer. */
  readonly side: Side | 'neither' | undefined;
};

/** `NOERROR 192.0.2.1`. */
export function renderDnsAnswer({ responseCode, data }: DnsAnswer): string {
  return [responseCode, ...data].join(' ');
}

/** Of all names. */
export type Verified = {
  readonly names: readonly Verification[];
  readonly share: MeasuredShare | undefined;
};

/** What green was asked, and how often it failed. */
export type CountedRequests = {
  /** All that CloudWatch shows. */
  readonly requests: number;
  /** The end of the newest minute that CloudWatch has; `undefined`: it has none. */
  readonly until: number | undefined;
  /** Requests of the watch are still missing, and so may be their errors. */
  readonly isBehind: boolean;
  /** At least so many of them are not this job's own. */
  readonly visitors: number;
  /** Requests of visitors that failed. */
  readonly failed: number;
  /** What the load balancer itself answered with a 5xx, to whomever but this job: its figure does not say for which service. */
  readonly balancerErrors: number;
};

/** Requests of the last quarter of an hour, those of other jobs like this included, or why they are not known. */
export type MeasuredShare =
  | {
      readonly blueRequests: number;
      readonly greenRequests: number;
      /** Fewer say nothing of visitors. */
      readonly least: number;
    }
  | { readonly unread: string };
