import { isDeepStrictEqual } from 'node:util';
import { requireActiveService } from './express-lookup.ts';
import { configurationView } from './express-view.ts';
import { type Input, optionalRecord } from './members.ts';
import { readConfiguration } from './read-configuration.ts';
import { addRevision } from './revision.ts';
import { checkInfrastructureRole } from './roles.ts';
import { startDeployment } from './rollout.ts';
import { dateOf, type Ecs } from './state.ts';

/**
 * Answers with the configuration it is going to, and neither `currentDeployment` nor `activeConfigurations`. An update
 * that changes nothing rolls all the same. What it leaves out is taken from the version that runs, not from one that was rolled back.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateExpressGatewayService.html
 */
export function updateExpressGatewayService(ecs: Ecs, input: Input): unknown {
  const service = requireActiveService(ecs, input);
  const base = service.steady ?? service.revisions[0];
  const configuration = readConfiguration(ecs, input, {
    running: base?.configuration,
    usualLogGroup: service.usualLogGroup,
  });
  checkInfrastructureRole(ecs, service.infrastructureRoleArn);
  if (optionalRecord(input, 'scalingTarget')) service.scaledTo = undefined;
  const isIgnored =
    base !== undefined &&
    ecs.scenario.ignoreIdenticalUpdates &&
    isDeepStrictEqual(configuration, base.configuration);
  const target = isIgnored ? base : addRevision(ecs, service, configuration);
  if (!isIgnored) startDeployment(ecs, service, target);
  service.updatedAt = dateOf(ecs);
  return {
    service: {
      serviceArn: service.arn,
      cluster: service.clusterName,
      serviceName: service.name,
      status: { statusCode: service.status },
      targetConfiguration: configurationView(ecs, service, target),
      createdAt: service.createdAt,
      updatedAt: service.updatedAt,
    },
  };
}
