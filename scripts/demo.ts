/**
 * `npm run demo [-- ACT …]`: the actions from end to end on the emulator, with dist/ run exactly as a runner runs it. All
 * acts unless some are named: `import`, `deploy`, `command`, `shift`, `previews`.
 */
import { playCommand } from './demo/command.ts';
import { playDeploy } from './demo/deploy.ts';
import { playImport } from './demo/import.ts';
import { playPreviews } from './demo/previews.ts';
import { playShift } from './demo/shift.ts';
import { openStage, say, summaries } from './demo/stage.ts';

const acts: Readonly<Record<string, () => Promise<void>>> = {
  import: playImport,
  deploy: playDeploy,
  command: playCommand,
  shift: playShift,
  previews: playPreviews,
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(acts);
openStage();
say('Each job may do what its role in bootstrap/ allows, and nothing else.');
say(
  'The emulated AWS runs 60 to 240 times as fast as AWS. So a deployment of eleven minutes takes seconds. The jobs watch for seconds in place of minutes.',
);
for (const name of wanted) {
  const act = acts[name];
  if (act === undefined) throw new TypeError(`no act ${name}; there are ${Object.keys(acts).join(', ')}`);
  const startedAt = performance.now();
  say(`\n━━━━ Act "${name}", on an empty AWS of its own`);
  await act();
  say(`Act "${name}" took ${Math.round((performance.now() - startedAt) / 1000)} s.`);
}
say(`The job summaries are in ${summaries}, as GitHub would show them.`);
