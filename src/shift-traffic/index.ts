import { runAction } from '../github/run-action.ts';
import { finishCancelled } from './finish-cancelled.ts';
import { shiftTraffic } from './shift.ts';

// The post step is the same file with a word behind it: see shift-traffic/post.cjs.
void runAction(process.argv[2] === 'post' ? finishCancelled : shiftTraffic);
