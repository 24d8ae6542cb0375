import type { DeployInputs } from './model/inputs.ts';
import type { DeployPlan, PlanStep } from './model/plan.ts';

export function refuseOrdinary(inputs: DeployInputs): DeployPlan {
  return {
    kind: 'refuse',
    because: `${inputs.serviceName} in cluster ${inputs.cluster} is an ordinary ECS service, which Express Mode cannot manage`,
    wayOut: 'Choose another service-name or cluster, or delete the ordinary service first.',
  };
}

export function verifySteps(inputs: DeployInputs, deploymentArn: string | undefined): PlanStep[] {
  return [
    {
      kind: 'wait-for-deployment',
      sentence: `wait up to ${inputs.waitTimeoutSeconds / 60} min for the deployment to succeed`,
      deploymentArn,
    },
    ...smokeTestSteps(inputs),
  ];
}

export function smokeTestSteps(inputs: DeployInputs): PlanStep[] {
  if (inputs.smokeTest === undefined) return [];
  const sentence = 'request the URL of the service';
  return [
    {
      kind: 'smoke-test',
      sentence: inputs.smokeTest.alsoInternal
        ? sentence
        : `${sentence}, unless its load balancer is internal`,
    },
  ];
}
