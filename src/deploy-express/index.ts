import { runAction } from '../github/run-action.ts';
import { deployExpress } from './run.ts';

void runAction(deployExpress);
