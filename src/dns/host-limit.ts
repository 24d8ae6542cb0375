/** Cannot be raised, and counts the values of all conditions of a rule (ELB user guide, quotas). */
export const valuesPerRule = 5;

/** Beside AWS's own host of the service. */
export const customHostLimit = valuesPerRule - 1;

export const hostOfRuleWanted =
  'host names that a load balancer takes: at most 128 letters, digits, - and ., letters at the end';

/** Which characters a host may have, and how many (ELB API reference, RuleCondition). A wildcard may stand before it. */
export function isHostOfRule(host: string): boolean {
  return host.length <= 128 && /^(?:\*\.)?[a-z0-9.-]+\.[a-z]+$/.test(host);
}
