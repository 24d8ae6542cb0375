import type { RecordProtection } from '../../aws/route-53-protections.ts';
import { isSameName, normaliseName } from '../../dns/names.ts';
import type { Refusal } from '../../dns/records.ts';
import type { Observed } from '../model/observed.ts';
import type { PlanStep } from '../model/plan.ts';

/** Nothing is added to the names that were given; what else leads to blue is said. */
export function noticesOfOthers({ otherNames }: Pick<Observed, 'otherNames'>): readonly string[] {
  const others = otherNames ?? [];
  const toBlue = others.filter(({ leads }) => leads === 'to-blue').map(({ name }) => name);
  const hosts = toBlue.filter((name) => !name.startsWith('*'));
  const wildcards = toBlue.filter((name) => name.startsWith('*'));
  return [
    ...(hosts.length === 0
      ? []
      : [
          `Other names lead to blue, and stay there: ${hosts.join(', ')}. To move a name in the same batch, add it to domain.`,
        ]),
    ...(wildcards.length === 0
      ? []
      : [
          `Wildcards lead to blue, and stay there: ${wildcards.join(', ')}. A host of a wildcard can move when it has a record of its own.`,
        ]),
    ...others.flatMap((other) =>
      other.leads === 'unseen'
        ? [`${other.name} is linked to blue, and it is not known whether it leads there: ${other.because}.`]
        : [],
    ),
  ];
}

/** Route 53 refuses the whole batch for one protected record, whoever sends it. */
export function judgeProtections(
  steps: readonly PlanStep[],
  { protections }: Pick<Observed, 'protections'>,
): readonly Refusal[] {
  const records = steps.flatMap((step) =>
    step.kind === 'change-records' ? [...step.before, ...step.after] : [],
  );
  return (protections ?? [])
    .filter(({ name, type }) =>
      records.some((record) => record.type === type && isSameName(record.name, name)),
    )
    .map(refuseProtected);
}

function refuseProtected({ name, type, comment }: RecordProtection): Refusal {
  const why = comment === undefined ? '' : `: "${comment}"`;
  return {
    because: `the ${type} record of ${normaliseName(name)} is protected in Route 53, which refuses every change of it${why}`,
    wayOut:
      'Delete the protection (aws route53 delete-resource-record-set-protections), make the move, and create the protection again.',
  };
}
