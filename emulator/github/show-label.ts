import { nodeId } from './node-id.ts';
import { repositoryUrl } from './repository.ts';
import type { GitHubState } from './state.ts';

/** A label's id follows from its name: labels are the same on all pull requests. */
export function showLabel({ repository }: GitHubState, name: string, apiUrl: string): object {
  const id = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7);
  return {
    id,
    node_id: nodeId('Label', id),
    url: `${repositoryUrl(apiUrl, repository)}/labels/${encodeURIComponent(name)}`,
    name,
    description: null,
    color: 'ededed',
    default: false,
  };
}
