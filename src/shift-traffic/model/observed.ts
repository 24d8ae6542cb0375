import type { AppRunnerService, CustomDomain } from '../../aws/app-runner.ts';
import type { ServiceSettings } from '../../aws/express-settings.ts';
import type { Ingress } from '../../aws/ingress.ts';
import type { LoadBalancer } from '../../aws/listener.ts';
import type { Alarm } from '../../aws/metrics.ts';
import type { RecordProtection } from '../../aws/route-53-protections.ts';
import type { ZoneRef } from '../../aws/route-53-records.ts';
import type { CheckState } from '../../dns/health-check.ts';
import type { ListenerRules } from '../../dns/host-rule.ts';
import type { HttpListener } from '../../dns/http-redirect.ts';
import type { OtherName } from '../../dns/leads.ts';
import type { RecordState } from '../../dns/pair.ts';
import type { RecordSet, Refusal, Side } from '../../dns/records.ts';
import type { Delegation, Zone } from '../../dns/zone.ts';
import type { StatusRange } from '../../parse.ts';
import type { ChangeMode } from './inputs.ts';

/** What the plan is made from. Members are `undefined` when the intent has no use for them. */
export type Observed = {
  readonly intent: ChangeMode | 'none';
  readonly zone: ObservedZone;
  /** In the order of the input. */
  readonly names: readonly ObservedName[];
  readonly blue: ObservedBlue | undefined;
  readonly green: ObservedGreen | undefined;
  readonly delegation: Delegation | undefined;
  /** Whether blue answers by IPv6; `undefined`: it was not asked, or could not be seen. */
  readonly blueHasIpv6: boolean | undefined;
  readonly greenHttp: GreenHttp | undefined;
  readonly quiet: BlueQuiet | undefined;
  readonly domains: readonly CustomDomain[] | undefined;
  /** Names that may lead to blue: all of the zone when blue goes, what a plan saw of them else. `undefined`: not looked at. */
  readonly otherNames: readonly OtherName[] | undefined;
  /** Names that follow one of this move, before green gets more or blue goes. `undefined`: not looked at. */
  readonly followers: readonly SeenFollower[] | undefined;
  /** Of records, from the first of the names on; `undefined`: not asked, or not answered. */
  readonly protections: readonly RecordProtection[] | undefined;
  /** Only shown, and no part of what is approved. `undefined`: not asked, or no tag names one. */
  readonly greenCommits: GreenCommits | undefined;
  /** Of green, as its records will have them; of who only looks, those that all records have. */
  readonly healthChecks: readonly SeenHealthCheck[];
  /** Of a monitor, which has no other look at them before its watch; why it may not see them. */
  readonly alarms: readonly Alarm[] | Refusal | undefined;
};

/** A name that goes where a name of the move goes, and what the sides answer for it. */
export type SeenFollower = {
  readonly name: string;
  /** `undefined`: it was not asked. */
  readonly green: Probe | undefined;
  /** `undefined`: it was not asked. */
  readonly blue: Probe | undefined;
};

/** Of Route 53, by the account that has the zone. */
export type SeenHealthCheck = { readonly id: string; readonly side: Side } & (
  | {
      readonly kind: 'found';
      /** Asked by its name, which DNS leads somewhere; `undefined`: by an address, or it asks no host. */
      readonly host: string | undefined;
      readonly state: CheckState;
    }
  | { readonly kind: 'missing' }
  /** The role may not look, or Route 53 did not tell. */
  | { readonly kind: 'unseen'; readonly because: string }
);

/** One of the names that are moved. */
export type ObservedName = {
  readonly domain: string;
  readonly records: readonly RecordSet[];
  readonly state: RecordState;
  readonly externalDnsOwner: string | undefined;
  /** What answers for a name that has no record. */
  readonly wildcard: string | undefined;
  readonly health: Health | undefined;
  readonly readiness: Readiness | undefined;
  readonly greenReadiness: GreenReadiness | undefined;
  /** What blue answers, where it is to get more without green getting any: all that such a step needs. */
  readonly blueAnswer: Probe | undefined;
};

/** One name with all that it shares with the others: what can be planned for it by itself. */
export type OneName = Omit<Observed, 'names'> & ObservedName;

/** What `http://` comes to at green, which App Runner redirects. */
export type GreenHttp = {
  /** `undefined` for a role that may not see it. */
  readonly listener: HttpListener | undefined;
  /** What a request on port 80 came to. */
  readonly answer: HttpAnswer;
};

export type HttpAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly leadsToHttps: boolean }
  | { readonly kind: 'failed'; readonly because: string };

/** App Runner's side. */
export type ObservedBlue = {
  /** `undefined` when only its host was given. */
  readonly service: AppRunnerService | undefined;
  readonly host: string;
};

/** Express's side, with all that stands between a visitor and its tasks. */
export type ObservedGreen = {
  readonly name: string;
  readonly cluster: string;
  readonly serviceArn: string;
  readonly ingress: Ingress;
  readonly balancer: LoadBalancer;
  readonly runs: GreenRevision;
};

/** What would get the traffic. */
export type GreenRevision = {
  /** The last part of the revision's ARN; a restart has another one. */
  readonly id: string;
  /** As it was asked for, and what that came to when it was deployed. */
  readonly image: string | undefined;
  readonly imageDigest: string | undefined;
  /** The user's own task definition, or all that Express's own is made from: equal after a restart. */
  readonly settings: ServiceSettings;
};

/** Which commits the tags of green's image name. */
export type GreenCommits =
  | { readonly kind: 'named'; readonly commits: readonly string[] }
  | { readonly kind: 'unseen'; readonly because: string };

export type ObservedZone = {
  readonly ref: ZoneRef;
  /** Empty where the records are all that is needed of it. */
  readonly name: string;
  /** A public zone of the same account above it. */
  readonly parent?: Zone | undefined;
  /** Who serves it, when that was in the answer that named it. */
  readonly nameServers?: readonly string[];
};

/** Whether blue has been left alone for as long as was asked. */
export type BlueQuiet =
  | { readonly kind: 'quiet' }
  /** The latest hour with too many requests: when it began, in milliseconds since the epoch. */
  | { readonly kind: 'busy'; readonly requests: number; readonly hour: number }
  | { readonly kind: 'unknown'; readonly because: string };

/** What a request to one side, made under the real name, came to. */
export type Probe =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** The load balancer itself, in the place of the service. */
      readonly by?: 'balancer';
    }
  | { readonly kind: 'failed'; readonly because: string; readonly isCertificate: boolean };

/** A probe in the service's own figures. */
export type SentProbe = {
  /** When it was sent, in milliseconds since the epoch. */
  readonly at: number;
  /** `undefined` while there is no answer. */
  readonly probe: Probe | undefined;
};

/** Why the answer is not a good one; `undefined` when it is. What a load balancer says by itself is no answer of the service. */
export function judgeProbe(seen: Probe, statuses: readonly StatusRange[]): string | undefined {
  if (seen.kind === 'failed') return seen.because;
  if (seen.by === 'balancer') return `its load balancer itself answered ${seen.status}`;
  const good = statuses.some(({ from, to }) => seen.status >= from && seen.status <= to);
  return good ? undefined : `it answered ${seen.status}`;
}

/** What must hold for green to have any traffic of one name. */
export type GreenReadiness = {
  readonly green: Probe;
  /** All rules of the listener that green is behind, perhaps with other services. */
  readonly rules: ListenerRules;
  /** `undefined`: it was not asked, since green answers with a certificate for the domain, or may not be asked. */
  readonly certificate: CertificateState | undefined;
};

/** What must hold before green gets more traffic of one name; all but the answers and the certificate is of all. Read again before each step. */
export type Readiness = GreenReadiness & {
  readonly blue: Probe;
  /** The latest of green; `undefined`: there is none. */
  readonly deployment: GreenDeployment | undefined;
  readonly alarms: readonly Alarm[];
  /** Milliseconds since the epoch; `unknown` for a session that does not say, `undefined` for keys that do not end. */
  readonly credentialsExpireAt: number | 'unknown' | undefined;
};

export type GreenDeployment = {
  readonly arn: string;
  /** AWS's word for it while it is under way. */
  readonly underWay: string | undefined;
};

export type CertificateState =
  | { readonly kind: 'attached' }
  /** Issued, but not on the listener. */
  | { readonly kind: 'available'; readonly arn: string }
  | { readonly kind: 'missing' };

/** How both sides are for one name. `undefined`: no input names it. */
export type Health = {
  readonly blue:
    | {
        readonly service: Pick<AppRunnerService, 'name' | 'status'> | undefined;
        readonly host: string;
        /** `undefined`: it was not asked, as nobody is sent there. */
        readonly answer: Probe | undefined;
      }
    | undefined;
  readonly green:
    | { readonly name: string; readonly answer: Probe; readonly deployment: string | undefined }
    | undefined;
};
