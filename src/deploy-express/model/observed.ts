import type { DescribedCertificate } from '../../aws/certificates.ts';
import type { ContainerImage, DeploymentPhase } from '../../aws/deployments.ts';
import type { ExpressConfiguration } from '../../aws/express.ts';
import type { Ingress } from '../../aws/ingress.ts';
import type { OwnRule } from '../../aws/listener.ts';
import type { Certificate } from '../../dns/certificate-choice.ts';
import type { ListenerRules } from '../../dns/host-rule.ts';
import type { HttpListener } from '../../dns/http-redirect.ts';
import type { Refusal } from '../../dns/records.ts';
import type { PlannedImage } from './plan.ts';
import type { CpuArchitecture, Tag } from './settings.ts';
import type { PreviewRecord } from './tags.ts';

/** What AWS shows before anything is done. */
export type Observed = {
  readonly service: ObservedService;
  readonly lookedUp: ObtainedImage;
  readonly domains: ObservedDomains | undefined;
  /** `undefined`: nobody asked for a redirect. */
  readonly http: ObservedHttp | undefined;
};

/** What port 80 does; before the first deployment there is no load balancer. */
export type ObservedHttp = SeenHttp | { readonly kind: 'no-balancer' };

export type SeenHttp =
  | Exclude<HttpListener, { readonly kind: 'none' }>
  /** With the hosts of the other services behind the load balancer. */
  | { readonly kind: 'none'; readonly neighbours: readonly string[] };

/** What AWS shows of the service before anything is done. */
export type ObservedService =
  | ({ readonly kind: 'absent'; readonly clusterExists: boolean } & Neighbours)
  /** Being deleted: the name is free again only when this has ended. */
  | ({
      readonly kind: 'draining';
      readonly serviceArn: string;
      readonly createdAt: Date | undefined;
    } & Neighbours)
  /** A service of that name which Express calls cannot manage. */
  | { readonly kind: 'ordinary'; readonly serviceArn: string }
  | ({ readonly kind: 'express' } & ExpressObservation);

export type ExpressObservation = {
  /** When its configuration was asked for, in milliseconds since the epoch. */
  readonly seenAt: number;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly status: string;
  /** Another service of the name has another one, but the same ARN. */
  readonly createdAt: Date | undefined;
  readonly tags: readonly Tag[];
  readonly infrastructureRoleArn: string | undefined;
  readonly running: RunningConfiguration | undefined;
  /** The latest deployment; undefined when AWS remembers none. */
  readonly deployment: ObservedDeployment | undefined;
  readonly runningCount: number;
  readonly desiredCount: number;
};

/** Whether a service is another one of the same name. A time that was not told is no other one. */
export function isAnother(createdAt: Date | undefined, formerAt: Date | undefined): boolean {
  return createdAt !== undefined && formerAt !== undefined && createdAt.getTime() !== formerAt.getTime();
}

export type ObservedDeployment = {
  readonly arn: string;
  /** AWS's word, to be shown; what it means is the phase. */
  readonly status: string;
  readonly phase: DeploymentPhase;
  readonly targetRevisionArn: string | undefined;
};

/** The newest configuration of the service, with what its revision says. */
export type RunningConfiguration = ExpressConfiguration & {
  readonly imageDigest: string | undefined;
  /** Of all its containers; `undefined` when the revision may not be read. */
  readonly containerImages: readonly ContainerImage[] | undefined;
  /** Which of the security groups are ECS's own; undefined when the revision may not be read. */
  readonly managedSecurityGroups: readonly string[] | undefined;
  /** Whether its tasks get addresses of the internet; `undefined` when that could not be seen. */
  readonly assignsPublicIp: boolean | undefined;
  /** `undefined` when there is none yet, or the revision may not be read. */
  readonly ingress: Ingress | undefined;
};

/** What a container runs, as far as ECS shows it. */
export type RunningImage = Pick<RunningConfiguration, 'image' | 'imageDigest'>;

/** An image that runs has proved itself, but only on the architecture that it runs on. */
export function hasProvedItself(
  digest: string | undefined,
  given: CpuArchitecture | undefined,
  running: RunningConfiguration | undefined,
): boolean {
  if (digest === undefined || digest !== running?.imageDigest) return false;
  return given === undefined || given === running.settings.cpuArchitecture;
}

/** What else is in the cluster; it is looked for only when a service is about to be made. */
export type Neighbours = {
  readonly expressServiceCount: number | undefined;
  /** The previews of the same service. */
  readonly previews?: readonly SeenPreview[];
};

/** A preview that runs. */
export type SeenPreview = PreviewRecord & { readonly serviceName: string; readonly serviceArn: string };

/** What AWS shows of the custom domains before anything is done. */
export type ObservedDomains = {
  /** `undefined` before the first deployment: the service has no listener yet. */
  readonly listener: ObservedListener | undefined;
  /** The one that `certificate-arn` names, if it exists; otherwise all that are issued or waiting for validation. */
  readonly certificates: readonly Certificate[];
  /** Certificates that wait for validation and would fit; looked for only where no issued one fits. */
  readonly pending: readonly DescribedCertificate[];
  /** What speaks against the zones of the names; looked for only where a certificate is to be requested. */
  readonly zoneRefusals: readonly Refusal[];
};

export type ObservedListener = {
  readonly arn: string;
  readonly rules: ListenerRules<OwnRule>;
  readonly certificateArns: readonly string[];
};

/** Hosts of the rule beside the one that AWS gave the service. */
export function customHostsOf(rules: ListenerRules | undefined): readonly string[] {
  return (rules?.own?.hosts ?? []).filter((host) => !host.toLowerCase().endsWith('.on.aws'));
}

/** The image, as far as it is known, and what its making had to tell. */
export type ObtainedImage = {
  readonly planned: PlannedImage;
  /** ECR repository name, when this action pushed to one. */
  readonly repository: string | undefined;
  /** Path of the Dockerfile that was generated, if one was. */
  readonly dockerfile: string | undefined;
  readonly notices: readonly string[];
};
