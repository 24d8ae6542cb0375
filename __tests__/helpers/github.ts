import { getOctokit } from '@actions/github';
import type { EmulatorHandle } from './emulator.ts';

export type Octokit = ReturnType<typeof getOctokit>;

/** GitHub's own client, as a workflow uses it. Another token than the workflow's is somebody else. */
export function connectGitHub({ env }: EmulatorHandle, token = env['GITHUB_TOKEN'] ?? ''): Octokit {
  return getOctokit(token, { baseUrl: env['GITHUB_API_URL'] ?? '' });
}

export const SHOP = { owner: 'octo', repo: 'shop' } as const;
