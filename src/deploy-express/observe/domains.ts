import { type DescribedCertificate, describeCertificate, listCertificates } from '../../aws/certificates.ts';
import { describeIngress } from '../../aws/deployments.ts';
import { unlessDenied } from '../../aws/failures.ts';
import type { Ingress } from '../../aws/ingress.ts';
import { describeListenerRules, listListenerCertificates } from '../../aws/listener.ts';
import { type Certificate, chooseCertificates, isFor } from '../../dns/certificate-choice.ts';
import type { Refusal } from '../../dns/records.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { ObservedDomains, ObservedListener, ObservedService } from '../model/observed.ts';

export async function observeDomains(
  inputs: DeployInputs,
  service: ObservedService,
): Promise<ObservedDomains> {
  const [listener, certificates] = await Promise.all([
    observeListenerOf(service),
    observeCertificates(inputs.certificateArn),
  ]);
  const [pending, zoneRefusals] = await Promise.all([
    observePending(inputs, certificates, listener),
    observeZones(inputs, certificates, listener),
  ]);
  return { listener, certificates, pending, zoneRefusals };
}

async function observeListenerOf(service: ObservedService): Promise<ObservedListener | undefined> {
  const running = service.kind === 'express' ? service.running : undefined;
  if (running?.revisionArn === undefined) return undefined;
  // The first look may have been denied in silence. Asked again, AWS names the permission that is missing.
  const ingress = running.ingress ?? (await describeIngress(running.revisionArn));
  return ingress && observeListener(ingress);
}

export async function observeListener({ listenerArn, ruleArn }: Ingress): Promise<ObservedListener> {
  const [rules, certificateArns] = await Promise.all([
    describeListenerRules(listenerArn, ruleArn),
    listListenerCertificates(listenerArn),
  ]);
  return { arn: listenerArn, rules, certificateArns };
}

async function observeCertificates(givenArn: string | undefined): Promise<readonly Certificate[]> {
  if (givenArn === undefined) return listCertificates();
  const given = await describeCertificate(givenArn);
  return given === undefined ? [] : [given];
}

/** Where the records of a certificate are to be made; looked for only where one is to be requested. */
async function observeZones(
  { customDomains, certificateArn, certificateRequest }: DeployInputs,
  certificates: readonly Certificate[],
  listener: ObservedListener | undefined,
): Promise<readonly Refusal[]> {
  if (certificateRequest === undefined) return [];
  const choice = chooseCertificates(customDomains, {
    certificates,
    attachedArns: listener?.certificateArns ?? [],
    givenArn: certificateArn,
  });
  if (choice.kind === 'chosen') return [];
  const { findZoneObstacles } = await import('../../aws/certificate-zones.ts');
  return findZoneObstacles(customDomains, certificateRequest);
}

/** A refusal is better when it names the records that a certificate waits for, but it can do without. */
async function observePending(
  { customDomains, certificateArn }: DeployInputs,
  certificates: readonly Certificate[],
  listener: ObservedListener | undefined,
): Promise<readonly DescribedCertificate[]> {
  const choice = chooseCertificates(customDomains, {
    certificates,
    attachedArns: listener?.certificateArns ?? [],
    givenArn: certificateArn,
  });
  if (choice.kind === 'chosen') return [];
  const waiting = certificates.filter(
    (certificate) =>
      certificate.status === 'PENDING_VALIDATION' && choice.hosts.some((host) => isFor(certificate, host)),
  );
  const described = await Promise.all(waiting.map(({ arn }) => unlessDenied(describeCertificate(arn))));
  return described.flatMap((certificate) => certificate ?? []);
}
