import type { InputEnvironment } from '../../src/aws-environment.ts';
import type { DeployInputName } from '../../src/deploy-express/inputs/names.ts';
import { type ParsedInputs, parseInputs } from '../../src/deploy-express/inputs/parse-inputs.ts';

export type RawInputs = Readonly<Partial<Record<DeployInputName, string>>>;

export const runnerInIreland: InputEnvironment = {
  region: 'eu-west-1',
  regionMayBeInProfile: false,
  credentials: 'present',
};

/** Parses the inputs a user wrote; a valid name is added when there is none. */
export function parseRawInputs(raw: RawInputs, environment: Partial<InputEnvironment> = {}): ParsedInputs {
  const given: RawInputs = { 'service-name': 'web', ...raw };
  return parseInputs((name) => given[name as DeployInputName] ?? '', { ...runnerInIreland, ...environment });
}
