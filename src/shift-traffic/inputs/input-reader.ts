import type * as shared from '../../input-reader.ts';
import type { ShiftInputName } from './names.ts';

export type InputProblem = shared.InputProblem<ShiftInputName>;
export type InputReader = shared.InputReader<ShiftInputName>;
