import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterNotFoundException, DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { type DeploymentRun, type Deployments, startDeployments, usualInputs } from './deployments.ts';
import { connectGitHub, type Octokit, SHOP } from './github.ts';
import type { ActionOptions, RunningAction } from './run-action.ts';

export type Inputs = Readonly<Record<string, string>>;

export type PullRequestEvent = {
  readonly action: string;
  readonly number: number;
  readonly label?: string;
  /** Who made it. */
  readonly actor?: string;
  /** Other inputs than those of every preview. */
  readonly inputs?: Inputs;
  readonly env?: Readonly<Record<string, string | undefined>>;
};

/** Deployments for pull requests: the emulated GitHub has them, and a test says what happens to them. */
export type Previews = Deployments & {
  readonly github: Octokit;
  /** Makes or changes a pull request. Nothing runs by that alone: GitHub's events get lost as well. */
  readonly set: (number: number, change?: object) => Promise<void>;
  /** The job of an event as a runner starts it, for whoever starts it in another way. */
  readonly jobOf: (event: PullRequestEvent) => Promise<Required<Pick<ActionOptions, 'inputs' | 'env'>>>;
  readonly sweepJob: (inputs?: Inputs) => Required<Pick<ActionOptions, 'inputs' | 'env'>>;
  /** Runs the job of an event, with the pull request in it as it is at this moment. */
  readonly on: (event: PullRequestEvent) => Promise<DeploymentRun>;
  readonly startOn: (event: PullRequestEvent) => Promise<RunningAction>;
  readonly sweep: (inputs?: Inputs) => Promise<DeploymentRun>;
  readonly comments: (
    number: number,
  ) => Promise<readonly { readonly author: string; readonly body: string }[]>;
  /** Newest first, each with its states from the first to the last. */
  readonly deployments: (environment?: string) => Promise<readonly ShownDeployment[]>;
  readonly statusOf: (serviceName: string) => Promise<string | undefined>;
  readonly tagsOf: (serviceName: string) => Promise<Readonly<Record<string, string>>>;
};

export type ShownDeployment = {
  readonly task: string;
  readonly ref: string;
  readonly payload: unknown;
  readonly transient: boolean | undefined;
  readonly states: readonly string[];
  readonly url: string | undefined;
  readonly description: string;
};

export const REPOSITORY_ID = '5678';

export async function startPreviews(...args: readonly string[]): Promise<Previews> {
  const world = await startDeployments(...args);
  const { emulator, ecs } = world;
  // What the workflow's token may do is for a case to say; the test itself may look at everything.
  await emulator.post('github', { tokens: [{ token: 'onlooker', login: 'onlooker' }] });
  const github = connectGitHub(emulator, 'onlooker');
  const folder = mkdtempSync(join(tmpdir(), 'events-'));
  let eventCount = 0;

  const inputsOf = (inputs: Inputs = {}) => ({
    ...usualInputs,
    preview: 'true',
    'github-token': emulator.env['GITHUB_TOKEN'] ?? '',
    cpu: '',
    memory: '',
    ...inputs,
  });
  const jobOf: Previews['jobOf'] = async ({ action, number, label, actor = 'octocat', inputs, env }) => {
    const { data } = await github.rest.pulls.get({ ...SHOP, pull_number: number });
    eventCount += 1;
    const file = join(folder, `${eventCount}.json`);
    const event = {
      action,
      number,
      pull_request: data,
      ...(label !== undefined && { label: { name: label } }),
    };
    writeFileSync(file, JSON.stringify(event));
    return {
      inputs: inputsOf(inputs),
      env: {
        ...emulator.env,
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_EVENT_PATH: file,
        GITHUB_REPOSITORY_ID: REPOSITORY_ID,
        GITHUB_ACTOR: actor,
        ...env,
      },
    };
  };
  const sweepJob: Previews['sweepJob'] = (inputs) => ({
    inputs: { ...inputsOf(), preview: '', operation: 'sweep', ...inputs },
    env: { ...emulator.env, GITHUB_EVENT_NAME: 'schedule', GITHUB_REPOSITORY_ID: REPOSITORY_ID },
  });
  const describe = async (name: string) => {
    const command = new DescribeServicesCommand({ services: [name], include: ['TAGS'] });
    return (await ecs.send(command).catch(noCluster))?.services?.[0];
  };

  return {
    ...world,
    github,
    set: async (number, change = {}) =>
      void (await emulator.post('github', { pullRequests: [{ number, ...change }] })),
    jobOf,
    sweepJob,
    on: async (event) => {
      const { inputs, env } = await jobOf(event);
      return world.deploy(inputs, { env });
    },
    startOn: async (event) => {
      const { inputs, env } = await jobOf(event);
      return world.start(inputs, { env });
    },
    sweep: (inputs) => {
      const job = sweepJob(inputs);
      return world.deploy(job.inputs, { env: job.env });
    },
    comments: async (number) => {
      const comments = await github.paginate(github.rest.issues.listComments, {
        ...SHOP,
        issue_number: number,
      });
      return comments.map(({ user, body = '' }) => ({ author: user?.login ?? '', body }));
    },
    deployments: async (environment) => {
      const { data } = await github.rest.repos.listDeployments({
        ...SHOP,
        ...(environment && { environment }),
      });
      return Promise.all(data.map((each) => showDeployment(github, each)));
    },
    statusOf: async (name) => (await describe(name))?.status,
    tagsOf: async (name) =>
      Object.fromEntries(
        ((await describe(name))?.tags ?? []).map(({ key, value }) => [key ?? '', value ?? '']),
      ),
    stop: async () => {
      rmSync(folder, { recursive: true });
      await world.stop();
    },
  };
}

/** The first deployment makes it. */
function noCluster(cause: unknown): undefined {
  if (cause instanceof ClusterNotFoundException) return undefined;
  throw cause;
}

async function showDeployment(
  github: Octokit,
  deployment: Awaited<ReturnType<Octokit['rest']['repos']['listDeployments']>>['data'][number],
): Promise<ShownDeployment> {
  const { id, task, ref, payload, transient_environment: transient } = deployment;
  const { data } = await github.rest.repos.listDeploymentStatuses({ ...SHOP, deployment_id: Number(id) });
  return {
    task,
    ref,
    payload,
    transient,
    states: data.map(({ state }) => state).toReversed(),
    url: data.find(({ environment_url }) => environment_url)?.environment_url,
    description: data[0]?.description ?? '',
  };
}
