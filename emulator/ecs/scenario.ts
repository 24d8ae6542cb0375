import type { Scenario } from './state.ts';

export const createScenario = (): Scenario => ({
  rolePropagationFailures: 0,
  armedAlarms: new Set(),
  failRollback: false,
  failResources: new Map(),
  endpointScheme: undefined,
  privateSubnets: new Set(),
  missingServiceError: 'ResourceNotFoundException',
});
