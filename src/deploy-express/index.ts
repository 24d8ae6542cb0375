import { runAction } from '../github/run-action.ts';
import { run } from './run.ts';

void runAction(run);
