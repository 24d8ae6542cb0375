import { arnMaker, partitionOf } from '../arn.ts';
import { type AskedCall, type Place, type Surroundings, textsIn } from './asked-call.ts';
import type { Context } from './conditions.ts';
import { recordKeys } from './keys-of-records.ts';
import { expressNeeds, taskNeeds } from './needs-of-express.ts';
import { certificateKeys, certificateTagNeeds, listenerTagNeeds } from './needs-of-tags.ts';
import type { Need } from './policy.ts';
import { type Reference, referenceOf, tells } from './reference.ts';
import { clusterOf, resourcesOf } from './resources.ts';

/** Prefixes of actions that differ from what the emulator calls the service. */
const PREFIXES: Readonly<Record<string, string>> = { elbv2: 'elasticloadbalancing' };

/** "No permissions are required" (STS API reference); a token is traded in before there are credentials to judge. */
const FREE = ['sts:GetCallerIdentity', 'sts:GetSessionToken', 'sts:AssumeRoleWithWebIdentity'];

/**
 * What AWS wants to see allowed for a call: an action is called as its operation, and its resources and keys are those of
 * the Service Authorization Reference. An action that is not in there is asked for on `*`.
 */
export async function needsOf(call: AskedCall, surroundings: Surroundings): Promise<readonly Need[]> {
  const { region, accountId } = surroundings;
  const place = { ...surroundings, partition: partitionOf(region), arn: arnMaker(region, accountId) };
  const action = `${PREFIXES[call.service] ?? call.service}:${call.operation}`;
  if (FREE.includes(action)) return [];
  const reference = await referenceOf(action);
  const resources = resourcesOf(call, reference?.resourceTypes ?? [], place);
  const context = reference ? toldOf(reference, contextOf(call, place)) : {};
  const own = (resources.length === 0 ? ['*'] : resources).map((resource) => ({ action, resource, context }));
  return [...own, ...furtherNeeds(call, place, resources)];
}

/** What is done in the name of the caller beside the action itself. */
function furtherNeeds(call: AskedCall, place: Place, resources: readonly string[]): readonly Need[] {
  if (call.service === 'ecs') return [...expressNeeds(call, place, resources), ...taskNeeds(call, place)];
  if (call.service === 'elbv2') return listenerTagNeeds(call, place);
  if (call.service === 'acm') return certificateTagNeeds(call, place);
  return [];
}

const toldOf = (reference: Reference, context: Context): Context =>
  Object.fromEntries(Object.entries(context).filter(([key]) => tells(reference, key)));

function contextOf(call: AskedCall, place: Place): Context {
  if (call.service === 'ecs') return { 'ecs:cluster': place.arn('ecs', `cluster/${clusterOf(call)}`) };
  if (call.service === 'route53') return recordKeys(call);
  // Express tags all that it makes, and there are no other load balancers here.
  if (call.service === 'elbv2') {
    const protocol = { 'elasticloadbalancing:listenerprotocol': textsIn(call.input, 'Protocol') };
    return { 'aws:resourcetag/amazonecsmanaged': 'true', ...protocol };
  }
  if (call.service === 'acm') return certificateKeys(call);
  return {};
}
