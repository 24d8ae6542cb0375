import { INTERVAL_SECONDS, TIMEOUT_SECONDS } from './health-check.ts';
import { hostedZoneId } from './hosted-zones.ts';
import { renderOpenCondition } from './open-condition.ts';
import {
  type Balancing,
  balancerUsing,
  type Forward,
  type Listener,
  type LoadBalancer,
  type PlainListener,
  type Rule,
  type TargetGroup,
} from './state.ts';
import { HEALTHY_THRESHOLD, UNHEALTHY_THRESHOLD } from './target-health.ts';

/** Our state in the shapes of the API. */

const DEFAULT_ACTIONS = [
  {
    Type: 'fixed-response',
    Order: 1,
    FixedResponseConfig: { MessageBody: 'Not Found', StatusCode: '404', ContentType: 'text/plain' },
  },
];

export function renderLoadBalancer(balancing: Balancing, loadBalancer: LoadBalancer) {
  return {
    LoadBalancerArn: loadBalancer.arn,
    DNSName: loadBalancer.dnsName,
    CanonicalHostedZoneId: hostedZoneId(balancing.region),
    CreatedTime: loadBalancer.createdAt,
    LoadBalancerName: loadBalancer.name,
    Scheme: loadBalancer.scheme,
    VpcId: loadBalancer.vpcId,
    State: { Code: 'active' },
    Type: 'application',
    AvailabilityZones: loadBalancer.subnetIds.map((subnetId, index) => ({
      ZoneName: `${balancing.region}${'abcdef'.charAt(index % 6)}`,
      SubnetId: subnetId,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: loadBalancer.securityGroupIds,
    IpAddressType: loadBalancer.ipAddressType,
  };
}

export function renderListener({ arn, listener }: LoadBalancer) {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: arn,
    Port: 443,
    Protocol: 'HTTPS',
    Certificates: [{ CertificateArn: listener.defaultCertificateArn }],
    SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
    DefaultActions: defaultActions(listener),
    MutualAuthentication: { Mode: 'off' },
  };
}

export function renderPlainListener(
  { arn: LoadBalancerArn }: LoadBalancer,
  { arn, port, action }: PlainListener,
) {
  return {
    ListenerArn: arn,
    LoadBalancerArn,
    Port: port,
    Protocol: 'HTTP',
    DefaultActions: [renderPlainAction(action)],
  };
}

function renderPlainAction(action: PlainListener['action']) {
  if (action.type === 'fixed-response') {
    return { Type: action.type, Order: 1, FixedResponseConfig: { StatusCode: action.statusCode } };
  }
  const { statusCode, protocol, host, port, path, query } = action;
  const RedirectConfig = {
    Protocol: protocol,
    Port: port,
    Host: host,
    Path: path,
    Query: query,
    StatusCode: statusCode,
  };
  return { Type: action.type, Order: 1, RedirectConfig };
}

export function renderRule(rule: Rule) {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    // AWS repeats the values under the older name; sending both back is an error.
    Conditions: [
      { Field: 'host-header', Values: rule.hosts, HostHeaderConfig: { Values: rule.hosts } },
      ...rule.openConditions.map(renderOpenCondition),
    ],
    Actions: [renderForward(rule.forward)],
    IsDefault: false,
    Transforms: [],
  };
}

export const renderDefaultRule = ({ listener }: LoadBalancer) => ({
  RuleArn: listener.defaultRuleArn,
  Priority: 'default',
  Conditions: [],
  Actions: defaultActions(listener),
  IsDefault: true,
  Transforms: [],
});

const defaultActions = ({ defaultRule }: Listener) =>
  defaultRule === undefined ? DEFAULT_ACTIONS : [renderForward(defaultRule.forward)];

/** The action names its target group directly only when there is one. */
function renderForward(forward: readonly Forward[]) {
  const [only, ...others] = forward;
  return {
    Type: 'forward',
    Order: 1,
    TargetGroupArn: others.length === 0 ? only?.targetGroupArn : undefined,
    ForwardConfig: {
      TargetGroups: forward.map(({ targetGroupArn, weight }) => ({
        TargetGroupArn: targetGroupArn,
        Weight: weight,
      })),
      TargetGroupStickinessConfig: { Enabled: false },
    },
  };
}

export function renderTargetGroup(balancing: Balancing, group: TargetGroup) {
  const user = balancerUsing(balancing, group.arn);
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: 'HTTP',
    ProtocolVersion: 'HTTP1',
    Port: group.port,
    VpcId: group.vpcId,
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: 'traffic-port',
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: INTERVAL_SECONDS,
    HealthCheckTimeoutSeconds: TIMEOUT_SECONDS,
    HealthyThresholdCount: HEALTHY_THRESHOLD,
    UnhealthyThresholdCount: UNHEALTHY_THRESHOLD,
    HealthCheckPath: group.healthCheckPath,
    Matcher: { HttpCode: '200' },
    LoadBalancerArns: user ? [user.arn] : [],
    TargetType: 'ip',
    IpAddressType: 'ipv4',
  };
}
