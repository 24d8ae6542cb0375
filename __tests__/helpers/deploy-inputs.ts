import { parseInputs } from '../../src/deploy-express/inputs/parse-inputs.ts';
import type { DeployInputs } from '../../src/deploy-express/model/inputs.ts';

/** Inputs as the parser makes them from the raw strings of a workflow; only what a case is about has to be named. */
export function deployInputs(raw: Readonly<Record<string, string>> = {}): DeployInputs {
  const given: Readonly<Record<string, string>> = {
    'service-name': 'web',
    ...(raw['operation'] === 'delete' || 'task-definition-arn' in raw
      ? {}
      : { image: 'registry.example/web:1' }),
    ...raw,
  };
  const parsed = parseInputs((name) => given[name] ?? '', {
    region: 'eu-west-1',
    regionMayBeInProfile: false,
    credentials: 'present',
  });
  if (!parsed.ok) throw new Error(`bad case: ${JSON.stringify(parsed.problems)}`);
  return parsed.inputs;
}

export const executionRole = 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole';
export const infrastructureRole = 'arn:aws:iam::123456789012:role/ecsInfrastructureRole';
export const roles = { 'execution-role-arn': executionRole, 'infrastructure-role-arn': infrastructureRole };
