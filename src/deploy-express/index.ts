import { runAction } from '../github/run-action.ts';
import { deployExpress } from './deploy.ts';

void runAction(deployExpress);
