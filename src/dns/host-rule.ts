import { valuesPerRule } from './host-limit.ts';
import { normaliseName } from './names.ts';
import type { Refusal } from './records.ts';

/** A rule of a load balancer's listener, as far as it says who answers for a host. */
export type ListenerRule = {
  readonly arn: string;
  /** Of two rules that match, the one with the lower number decides. */
  readonly priority: number;
  /** Values of its host-header condition; `*` stands for any characters, dots too, and `?` for one. */
  readonly hosts: readonly string[];
  /** Values of all its other conditions, which count towards the same limit. */
  readonly otherValueCount: number;
  readonly targetGroupArns: readonly string[];
};

export type ListenerRules<Own extends ListenerRule = ListenerRule> = {
  /** Express's own rule for the service; `undefined`: somebody deleted it. */
  readonly own: Own | undefined;
  readonly others: readonly ListenerRule[];
};

export type HostPlan =
  | { readonly kind: 'add'; readonly hosts: readonly string[]; readonly notices: readonly string[] }
  | ({ readonly kind: 'refuse' } & Refusal);

/**
 * The hosts that Express's own rule lacks. Only its own rule will do: an Express deployment moves the weights of that
 * one and of no other, so that a second rule ends up at a target group without targets, and answers 503.
 */
export function planHosts(wanted: readonly string[], rules: ListenerRules): HostPlan {
  const { own, others } = rules;
  if (own === undefined) return { kind: 'refuse', ...refuseWithoutRule };
  const hosts = wanted.filter((host) => !hasHost(own.hosts, host));
  const meetings = wanted.flatMap((host) => others.flatMap((rule) => judgeMeeting(host, own, rule)));
  const taken = meetings.find(({ kind }) => kind === 'taken');
  if (taken !== undefined) return { kind: 'refuse', ...refuseTaken(taken) };
  if (hosts.length > 0 && own.hosts.length + own.otherValueCount + hosts.length > valuesPerRule) {
    return { kind: 'refuse', ...refuseFull(own, hosts) };
  }
  return { kind: 'add', hosts, notices: meetings.map(renderMeeting) };
}

/** Whether the rule answers for the host already, by its own name or by a wildcard. */
export function hasHost(hosts: readonly string[], host: string): boolean {
  return hosts.some((pattern) => covers(pattern, host));
}

/** Whatever `host` matches, `pattern` matches too. A `*` in `host` is taken for any characters. */
function covers(pattern: string, host: string): boolean {
  const source = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    // One character is less than any.
    .replaceAll('?', '[^*]');
  return new RegExp(`^${source}$`).test(normaliseName(host));
}

type Meeting = {
  readonly kind: 'taken' | 'taken-over' | 'own-second-rule';
  readonly host: string;
  readonly rule: ListenerRule;
};

/** What it means that another rule of the listener is for the same host. */
function judgeMeeting(host: string, own: ListenerRule, rule: ListenerRule): Meeting[] {
  // It takes some paths or methods only: somebody divides the host on purpose.
  if (rule.otherValueCount > 0) return [];
  const isSame = rule.hosts.some((pattern) => covers(pattern, host) && covers(host, pattern));
  const isWithinTheirs = rule.hosts.some((pattern) => covers(pattern, host));
  const isAroundTheirs = rule.hosts.some((pattern) => covers(host, pattern));
  if (!isWithinTheirs && !isAroundTheirs) return [];
  if (rule.targetGroupArns.some((arn) => own.targetGroupArns.includes(arn))) {
    return [{ kind: 'own-second-rule', host, rule }];
  }
  const oursDecides = own.priority < rule.priority;
  // What is so already is left alone, unless visitors of the host end up elsewhere.
  const isNew = !hasHost(own.hosts, host);
  if (isWithinTheirs && !oursDecides) return [{ kind: 'taken', host, rule }];
  if (isNew && (isSame || (isAroundTheirs && oursDecides))) return [{ kind: 'taken', host, rule }];
  // One host of ours beside their wildcard; or our wildcard behind a host of theirs, which stays theirs.
  return isNew && isWithinTheirs ? [{ kind: 'taken-over', host, rule }] : [];
}

function renderMeeting({ kind, host, rule }: Meeting): string {
  if (kind === 'own-second-rule') {
    return `Listener rule ${rule.arn} is for ${host}, too, and leads to this service. Express does not move it with a deployment, which ends in a 503: delete it.`;
  }
  return `So far rule ${rule.priority} of the same listener (${rule.hosts.join(', ')}) answered for ${host}; from now on this service does.`;
}

const refuseWithoutRule: Refusal = {
  because: "Express's own listener rule for the service is gone",
  wayOut:
    'Deploy the service under another service-name, or after operation: delete. ECS does not create the rule again.',
};

function refuseTaken({ host, rule }: Meeting): Refusal {
  return {
    because: `${host} belongs to another service behind the same load balancer: rule ${rule.priority} of the listener, which is for ${rule.hosts.join(', ')} (${rule.arn})`,
    wayOut: `Remove ${host} from that rule, or choose another host: of two rules for a host only the first counts.`,
  };
}

function refuseFull(own: ListenerRule, hosts: readonly string[]): Refusal {
  const others = own.otherValueCount > 0 ? `, and ${own.otherValueCount} values of other conditions` : '';
  return {
    because: `there is no room for ${hosts.join(', ')} in Express's own listener rule: it takes ${valuesPerRule} values, and has ${own.hosts.join(', ')}${others}`,
    wayOut:
      'Remove a host that nobody uses from the rule (aws elbv2 modify-rule), or use a wildcard such as *.example.com.',
  };
}
