import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLog } from './read-log.ts';

/** Writes the records that the other jobs of this attempt have in their logs, each into a file of its own. */
const env = process.env;
const [folder = 'recorded'] = process.argv.slice(2);
const api = `${env['GITHUB_API_URL']}/repos/${env['GITHUB_REPOSITORY']}/actions`;

async function get(url: string): Promise<string> {
  const headers = { accept: 'application/vnd.github+json', authorization: `Bearer ${env['GH_TOKEN']}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(60_000) });
  if (!response.ok) throw new Error(`GET ${url}: ${response.status}`);
  return response.text();
}

type Jobs = { readonly jobs: readonly { readonly id: number; readonly status: string }[] };
const list: Jobs = JSON.parse(
  await get(`${api}/runs/${env['GITHUB_RUN_ID']}/attempts/${env['GITHUB_RUN_ATTEMPT']}/jobs?per_page=100`),
);
mkdirSync(folder, { recursive: true });
let count = 0;
for (const { id } of list.jobs.filter(({ status }) => status === 'completed')) {
  for (const recording of readLog(await get(`${api}/jobs/${id}/logs`))) {
    writeFileSync(join(folder, `${recording.scenario}.json`), `${JSON.stringify(recording, null, 2)}\n`);
    process.stdout.write(`recorded: ${recording.scenario}, ${recording.steps.length} steps\n`);
    count += 1;
  }
}
if (count === 0) throw new Error('no job has a record in its log');
