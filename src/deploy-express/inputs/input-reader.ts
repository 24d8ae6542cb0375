import type * as shared from '../../input-reader.ts';
import type { DeployInputName } from './names.ts';

export type InputProblem = shared.InputProblem<DeployInputName>;
export type InputReader = shared.InputReader<DeployInputName>;
