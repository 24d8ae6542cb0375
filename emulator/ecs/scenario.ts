import type { Scenario } from './state.ts';

export const createScenario = (): Scenario => ({
  rolePropagationFailures: 0,
  armedAlarms: new Set(),
  failRollback: false,
  failResources: new Map(),
  stuckResources: new Map(),
  oldestDeploymentsFirst: false,
  endpointScheme: undefined,
  takesForeignListeners: false,
  privateSubnets: new Set(),
  missingServiceError: 'ResourceNotFoundException',
});
