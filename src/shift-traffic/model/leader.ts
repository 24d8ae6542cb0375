import type { ObservedName } from './observed.ts';

/** Where somebody is led who asks for a name: a name that follows another has that one's share. */
export function leaderOf(name: ObservedName, names: readonly ObservedName[]): ObservedName {
  const [whom] = name.state.kind === 'following' ? name.state.whom : [];
  const leader = names.find(({ domain }) => domain === whom);
  return leader === undefined ? name : leaderOf(leader, names);
}
