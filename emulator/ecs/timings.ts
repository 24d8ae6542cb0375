/**
 * How long things take, in seconds of virtual time. Where AWS states or operators measured a figure it is theirs; the
 * rest is chosen so that the sums come out as observed: a first deployment 3 to 6 minutes, an update 10 to 12, DRAINING
 * 1 to 3 (README, "Timings").
 */
export const TIMINGS = {
  /** An accepted deployment waits this long as PENDING. */
  pending: 10,
  /** It can be seen from these ages on (eventual consistency). */
  deploymentListed: 2,
  deploymentDescribed: 4,
  currentDeploymentShown: 4,
  /** The version before is still among the active ones for so long after an update has succeeded. */
  formerConfigurationShown: 20,
  /** RECONCILE_SERVICE of an update: nothing is built, security groups and scaling are looked through. */
  reconcile: 60,
  /** PRE_SCALE_UP, POST_SCALE_UP and the two test-traffic stages; Express has no hooks in them. */
  emptyStage: 5,
  /** Canary: 5 % for 3 minutes, then all, then 3 minutes of baking (developer guide). */
  canary: 180,
  shiftAll: 20,
  bake: 180,
  /** CLEAN_UP: the old tasks are taken out of the load balancer and stopped. */
  cleanUp: 90,
  rollbackRequested: 10,
  rollback: 60,
  stopRequested: 10,
  /** Each managed resource is PROVISIONING for so long after the deployment began. */
  resources: {
    logGroup: 5,
    serviceSecurityGroup: 10,
    loadBalancerSecurityGroup: 10,
    targetGroups: 20,
    certificate: 45,
    loadBalancer: 150,
    listener: 155,
    rule: 160,
    scalableTarget: 165,
    scalingPolicy: 170,
    metricAlarm: 170,
  },
  /** A resource that failed holds its deployment up for so long before ECS gives the deployment up. */
  resourceFailure: 60,
  /** One that is denied is tried again after so long. */
  resourceRetry: 15,
  /** The scheduler looks at its tasks this often. */
  scheduler: 5,
  /** The same, when as many as are wanted run and all of them are well. */
  schedulerAtRest: 30,
  taskProvisioning: 25,
  /** A task that cannot start is reported stopped after so long. */
  taskFailedToStart: 10,
  taskStopping: 30,
  /** From the end of its program until a task of RunTask is STOPPED. */
  taskDeprovisioning: 10,
  /** Tasks that keep failing are started again later and later. */
  restartDelays: [5, 15, 30, 60],
  /** Load-balancer health is ignored for so long after a task started (developer guide). */
  healthCheckGrace: 300,
  draining: 90,
  /** Stopped tasks can be listed for about an hour. */
  stoppedTaskKept: 3600,
} as const;
