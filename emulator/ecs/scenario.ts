import type { Scenario } from './state.ts';

export const createScenario = (): Scenario => ({
  rolePropagationFailures: 0,
  armedAlarms: new Set(),
  failRollback: false,
  failResources: new Map(),
  stuckResources: new Map(),
  oldestDeploymentsFirst: false,
  ignoreIdenticalUpdates: false,
  endpointScheme: undefined,
  takesForeignListeners: false,
  privateSubnets: new Set(),
  runTask: { exitCode: 0, seconds: 10, logLines: [], neverStarts: undefined },
  runTaskFailures: [],
  missingServiceError: 'ResourceNotFoundException',
});
