import { type Previews, type PullRequestEvent, startPreviews } from '../../__tests__/helpers/previews.ts';
import { play, type Scene, say } from './stage.ts';

/**
 * The fifth act: two pull requests from their opening to their end. After each job GitHub and AWS are asked, as anybody
 * could, what is there now.
 */
type PreviewScene = Pick<Scene, 'title'> & {
  /** What happened to the pull request before its job began. */
  readonly before?: readonly [number: number, change: object];
  readonly event: PullRequestEvent | 'schedule';
};

const commit = (digit: string) => digit.repeat(40);
const image = (colour: string) => ({ image: `public.ecr.aws/demo/shop:${colour}` });

const scenes: readonly PreviewScene[] = [
  {
    title: 'Pull request 7 is opened: without the label it gets no preview',
    before: [7, { title: 'A blue shop', headSha: commit('a') }],
    event: { action: 'opened', number: 7 },
  },
  {
    title: 'Pull request 7 gets the label: it gets a service of its own',
    before: [7, { labels: ['preview'] }],
    event: { action: 'labeled', number: 7, label: 'preview', inputs: image('blue') },
  },
  {
    title: 'Pull request 7 gets a push: the same service and the same comment are updated',
    before: [7, { headSha: commit('b') }],
    event: { action: 'synchronize', number: 7, inputs: image('green') },
  },
  {
    title: 'Pull request 8 is opened with the label: it gets a service of its own',
    before: [8, { title: 'A red shop', headSha: commit('c'), labels: ['preview'] }],
    event: { action: 'opened', number: 8, inputs: image('red') },
  },
  {
    title: 'Pull request 7 is closed: its service is deleted',
    before: [7, { state: 'closed' }],
    event: { action: 'closed', number: 7 },
  },
  {
    title:
      'Pull request 8 is closed with a merge conflict, so GitHub runs nothing. The nightly sweep deletes its service',
    before: [8, { state: 'closed' }],
    event: 'schedule',
  },
];

export async function playPreviews(): Promise<void> {
  const world = await startPreviews('--speed', '240');
  say(
    `The emulator answers as AWS on ${world.emulator.url}, and as GitHub on ${world.emulator.env['GITHUB_API_URL']}.`,
  );
  try {
    for (const { title, before, event } of scenes) {
      if (before !== undefined) await world.set(...before);
      const job = event === 'schedule' ? world.sweepJob() : await world.jobOf(event);
      const inputs = { ...job.inputs, 'service-name': 'shop' };
      await play({ title, expect: 'green', inputs, env: { ...job.env, GITHUB_SHA: commit('0') } });
      for (const line of await look(world)) say(`   ${line}`);
    }
    await requireNothingLeft(world);
  } finally {
    await world.stop();
  }
}

/** What the APIs tell of both pull requests. */
async function look(world: Previews): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const number of [7, 8]) {
    const comments = await world.comments(number).catch(() => []);
    const headings = comments.map(
      ({ body }) => /^### (.*)$/m.exec(body)?.[1]?.replace(/<\/?code>/g, '') ?? '',
    );
    const status = await world.statusOf(`shop-pr-${number}`);
    if (comments.length === 0 && status === undefined) continue;
    lines.push(
      `pull request ${number}: comment "${headings.join('", "')}", service ${status ?? 'not there'}`,
    );
  }
  for (const { task, ref, states } of (await world.deployments('preview')).toReversed()) {
    lines.push(`GitHub deployment ${task} of ${ref.slice(0, 7)}: ${states.join(', ')}`);
  }
  return lines;
}

async function requireNothingLeft(world: Previews): Promise<void> {
  const running = (await world.deployments('preview')).filter(({ states }) => states.at(-1) !== 'inactive');
  const services = await Promise.all([7, 8].map((number) => world.statusOf(`shop-pr-${number}`)));
  if (running.length > 0 || services.includes('ACTIVE')) throw new Error('a preview was left behind');
}
