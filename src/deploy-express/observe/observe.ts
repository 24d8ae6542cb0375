import type { DeployInputs } from '../model/inputs.ts';
import type { Observed, ObservedDomains, ObservedHttp, ObservedService } from '../model/observed.ts';
import { lookUpImage } from './image.ts';
import { observeService } from './service.ts';

/** The look that the first request to AWS is a part of: what is imported above delays it. */
export async function observe(inputs: DeployInputs): Promise<Observed> {
  const asked = observeService(inputs);
  const [service, lookedUp] = await Promise.all([asked, lookUpImage(inputs, asked)]);
  const [domains, http] = await Promise.all([
    observeAskedDomains(inputs, service),
    observeAskedHttp(inputs, service),
  ]);
  return { service, lookedUp, domains, http };
}

async function observeAskedDomains(
  inputs: DeployInputs,
  service: ObservedService,
): Promise<ObservedDomains | undefined> {
  if (inputs.operation === 'delete' || inputs.customDomains.length === 0) return undefined;
  const { observeDomains } = await import('./domains.ts');
  return observeDomains(inputs, service);
}

async function observeAskedHttp(
  { operation, redirectHttp }: DeployInputs,
  service: ObservedService,
): Promise<ObservedHttp | undefined> {
  if (operation === 'delete' || !redirectHttp) return undefined;
  const { observeHttp } = await import('./redirect.ts');
  return observeHttp(service);
}
