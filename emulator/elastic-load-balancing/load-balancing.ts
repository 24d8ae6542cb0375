import { arnMaker } from '../arn.ts';
import type { Ids } from '../ids.ts';
import { requiredText } from '../query-parameters.ts';
import { queryRefusal } from '../shapes/refusals.ts';
import {
  AwsError,
  type AwsNames,
  type AwsService,
  type CertificateStore,
  type Clock,
  type FrontEnd,
  type LoadBalancing,
  type MetricSink,
} from '../world.ts';
import { addressTypeOperations } from './address-type-operations.ts';
import { certificateOperations, usersOfCertificate } from './certificate-operations.ts';
import { describeOperations } from './describe-operations.ts';
import { describeTargetOperations } from './describe-target-operations.ts';
import { balancerFrontEnd } from './front-end.ts';
import { deleteLoadBalancer, ensureLoadBalancer } from './load-balancers.ts';
import { findRule, findTargetGroup } from './lookup.ts';
import { balancerNames } from './names.ts';
import { plainListenerOperations, removeForeignListeners } from './plain-listeners.ts';
import { countHosts } from './request-metrics.ts';
import { route, serves } from './routing.ts';
import { listenerOperations, ruleOperations } from './rule-operations.ts';
import { createRule, deleteRule, setForward } from './rules.ts';
import type { Balancing } from './state.ts';
import {
  createTargetGroup,
  deleteTargetGroup,
  deregisterTarget,
  registerTarget,
  stopAllTargets,
  targetStatus,
} from './target-groups.ts';

/** As long as a small server takes to listen on a busy laptop. */
const START_ALLOWANCE_MS = 3_000;
const MINUTE = 60;

/** Elastic Load Balancing: `loadBalancing` for ECS and the data plane, `api` for clients. Both see the same state. */
export function createLoadBalancing(options: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly region: string;
  readonly accountId: string;
  /** Real milliseconds a container may need before it listens; 0 for one that listens at once. */
  readonly startAllowanceMs?: number;
  /** What the load balancers' names resolve to. */
  readonly address?: string;
  readonly metrics?: MetricSink;
  readonly certificates?: CertificateStore;
}): {
  readonly loadBalancing: LoadBalancing;
  readonly api: AwsService;
  readonly names: AwsNames;
  readonly frontEnd: FrontEnd;
  /** ARNs of the load balancers whose listener has the certificate. */
  readonly usersOfCertificate: (certificateArn: string) => readonly string[];
  readonly close: () => void;
} {
  const {
    clock,
    ids,
    region,
    accountId,
    startAllowanceMs = START_ALLOWANCE_MS,
    address = '127.0.0.1',
  } = options;
  const balancing: Balancing = {
    clock,
    ids,
    region,
    startAllowanceMs,
    metrics: options.metrics ?? { add: () => undefined },
    certificates: options.certificates,
    arn: arnMaker(region, accountId),
    loadBalancers: new Map(),
    targetGroups: new Map(),
  };
  clock.every(MINUTE, () => countHosts(balancing));
  return {
    loadBalancing: loadBalancingOf(balancing),
    api: apiOf(balancing),
    names: balancerNames(balancing, address),
    frontEnd: balancerFrontEnd(balancing, address),
    usersOfCertificate: (arn) => usersOfCertificate(balancing, arn),
    close: () => stopAllTargets(balancing),
  };
}

function loadBalancingOf(balancing: Balancing): LoadBalancing {
  return {
    ensureLoadBalancer: (placement) => {
      const { arn, dnsName, listener } = ensureLoadBalancer(balancing, placement);
      return { loadBalancerArn: arn, listenerArn: listener.arn, dnsName };
    },
    createTargetGroup: (group) => createTargetGroup(balancing, group),
    modifyTargetGroup: (arn, change) => void Object.assign(findTargetGroup(balancing, arn), change),
    createRule: (rule) => createRule(balancing, rule),
    setRuleWeights: (arn, forward) => {
      unlessGone(() => {
        const { rule } = findRule(balancing, arn);
        if (rule) setForward(balancing, rule, forward);
      });
    },
    registerTarget: (groupArn, target) => registerTarget(balancing, groupArn, target),
    deregisterTarget: (groupArn, targetId) => deregisterTarget(balancing, groupArn, targetId),
    targetState: (groupArn, targetId) =>
      targetStatus(balancing, findTargetGroup(balancing, groupArn), targetId),
    deleteRule: (arn) => unlessGone(() => deleteRule(balancing, arn)),
    deleteTargetGroup: (arn) => unlessGone(() => deleteTargetGroup(balancing, arn)),
    removeForeignListeners: (arn) => unlessGone(() => removeForeignListeners(balancing, arn)),
    deleteLoadBalancer: (arn) => unlessGone(() => deleteLoadBalancer(balancing, arn)),
    route: (host) => route(balancing, host),
    serves: (host) => serves(balancing, host),
  };
}

/** What ECS made may have been deleted by somebody else; then there is nothing left for it to do. */
function unlessGone(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof AwsError && error.code.endsWith('NotFound'))) throw error;
  }
}

function apiOf(balancing: Balancing): AwsService {
  return {
    name: 'elbv2',
    protocol: {
      kind: 'query',
      apiVersion: '2015-12-01',
      xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    },
    refuse: queryRefusal,
    operations: {
      ...describeOperations(balancing),
      ...addressTypeOperations(balancing),
      /** "If the load balancer does not exist or has already been deleted, the call succeeds." */
      DeleteLoadBalancer: (input) => {
        const arn = requiredText(input, 'LoadBalancerArn');
        unlessGone(() => deleteLoadBalancer(balancing, arn));
        return {};
      },
      ...describeTargetOperations(balancing),
      ...ruleOperations(balancing),
      ...listenerOperations(balancing),
      ...plainListenerOperations(balancing),
      ...certificateOperations(balancing),
    },
  };
}
