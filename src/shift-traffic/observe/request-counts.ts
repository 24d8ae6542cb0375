import type { AppRunnerService } from '../../aws/app-runner.ts';
import type { Ingress } from '../../aws/ingress.ts';
import type { Metric } from '../../aws/metrics.ts';

/**
 * Requests of the service, those to App Runner's own host included. The two dimensions only work together; with one of
 * them CloudWatch silently finds nothing.
 */
export function blueRequestMetric({ name, id }: AppRunnerService): Metric {
  return {
    namespace: 'AWS/AppRunner',
    name: 'Requests',
    dimensions: { ServiceName: name, ServiceID: id },
  };
}

/**
 * Of green's own target groups, as the load balancer's metrics mix all services behind it; of both, as they alternate
 * with each deployment.
 */
export function greenMetrics(ingress: Ingress): {
  readonly requests: readonly Metric[];
  /** What the tasks answered with 5xx, and what found no task to answer it. */
  readonly errors: readonly Metric[];
} {
  const perGroup = (name: string) =>
    ingress.targetGroupArns.map((arn) => ({
      namespace: 'AWS/ApplicationELB',
      name,
      dimensions: {
        LoadBalancer: ingress.loadBalancerArn.split(':loadbalancer/').at(-1) ?? '',
        TargetGroup: arn.slice(arn.lastIndexOf(':') + 1),
      },
    }));
  return {
    requests: perGroup('RequestCount'),
    errors: [...perGroup('HTTPCode_Target_5XX_Count'), ...perGroup('TargetConnectionErrorCount')],
  };
}
