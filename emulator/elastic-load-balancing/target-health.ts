/** What a health check found, and what a series of them makes of a target. Pure. */

export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly reason: string; readonly description: string };

export type TargetHealth = {
  readonly state: 'initial' | 'healthy' | 'unhealthy';
  readonly reason?: string;
  readonly description?: string;
  /** Checks of the other kind in a row, since the state was last confirmed. */
  readonly against: number;
};

/** AWS's defaults; Express leaves them alone (README). */
export const HEALTHY_THRESHOLD = 5;
export const UNHEALTHY_THRESHOLD = 2;

export const REGISTERED: TargetHealth = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
  against: 0,
};

export const INITIAL: TargetHealth = {
  state: 'initial',
  reason: 'Elb.InitialHealthChecking',
  description: 'Initial health checks in progress',
  against: 0,
};

const HEALTHY: TargetHealth = { state: 'healthy', against: 0 };

/**
 * "After your target is registered, it must pass one health check to be considered healthy": the thresholds are for
 * what comes after, and for a new target that fails.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export function afterCheck(health: TargetHealth, verdict: Verdict): TargetHealth {
  if (verdict.kind === 'passed') {
    if (health.state !== 'unhealthy') return HEALTHY;
    const passed = health.against + 1;
    return passed >= HEALTHY_THRESHOLD ? HEALTHY : { ...health, against: passed };
  }
  const { reason, description } = verdict;
  const failed = health.against + 1;
  if (health.state === 'unhealthy' || failed >= UNHEALTHY_THRESHOLD) {
    return { state: 'unhealthy', reason, description, against: 0 };
  }
  return health.state === 'initial' ? { ...INITIAL, against: failed } : { ...health, against: failed };
}
