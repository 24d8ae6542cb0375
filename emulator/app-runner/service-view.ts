import { findAutoScaling, summarise } from './auto-scaling.ts';
import type { Service } from './service.ts';
import type { AppRunner } from './state.ts';

export function describeService(runner: AppRunner, service: Service) {
  const { configuration } = service;
  return {
    ...summariseService(service),
    DeletedAt: service.deletedAt,
    SourceConfiguration: configuration.source.shown,
    InstanceConfiguration: configuration.instance,
    ...(service.kmsKey !== undefined && { EncryptionConfiguration: { KmsKey: service.kmsKey } }),
    HealthCheckConfiguration: configuration.healthCheck,
    AutoScalingConfigurationSummary: summarise(runner, findAutoScaling(runner, configuration.autoScalingArn)),
    NetworkConfiguration: configuration.network,
    ObservabilityConfiguration: configuration.observability,
  };
}

export function summariseService(service: Service) {
  return {
    ServiceName: service.name,
    ServiceId: service.id,
    ServiceArn: service.arn,
    ServiceUrl: service.url,
    CreatedAt: service.createdAt,
    UpdatedAt: service.updatedAt,
    Status: service.status,
  };
}
