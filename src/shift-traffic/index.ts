import { runAction } from '../github/run-action.ts';
import type { Runner } from '../github/runner.ts';
import { run } from './run.ts';

// The post step is the same file with a word behind it: see shift-traffic/post.cjs.
void runAction(process.argv[2] === 'post' ? finishJob : run);

async function finishJob(runner: Runner): Promise<void> {
  const post = await import('./post.ts');
  await post.finishJob(runner);
}
