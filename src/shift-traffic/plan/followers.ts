import { hasHost } from '../../dns/host-rule.ts';
import { renderNames } from '../../dns/names.ts';
import type { Refusal } from '../../dns/records.ts';
import { judgeProbe, type Observed, type ObservedName, type SeenFollower } from '../model/observed.ts';

type Seen = Pick<Observed, 'followers'> &
  Partial<Pick<Observed, 'otherNames'>> & {
    readonly names: readonly Partial<Pick<ObservedName, 'readiness' | 'greenReadiness'>>[];
  };

const mostShown = 10;

/** Such a name may only redirect, or have another path: any answer of the service itself counts. */
const anything = [{ from: 100, to: 599 }];

/** Green gets nobody's visitors for whom blue has an answer, and green has none. */
export function judgeFollowers(seen: Seen): readonly Refusal[] {
  return (seen.followers ?? []).flatMap((follower) => {
    const because = describeLack(follower, seen);
    if (because === undefined || !hasAnswer(follower.blue)) return [];
    return [
      {
        because: `${follower.name} follows a name of this move; blue answers for it, and green does not: ${because}`,
        wayOut: wayOutFor([follower]),
      },
    ];
  });
}

/** Who follows could only be sent back to blue, which is then gone. */
export function judgeFollowersOfRetired(seen: Seen, retireBlue: string): readonly Refusal[] {
  return (seen.followers ?? []).flatMap((follower) => {
    const because = describeLack(follower, seen);
    if (because === undefined) return [];
    return [
      {
        because: `${follower.name} follows a name of this move, and green does not have it: ${because}`,
        wayOut: `${wayOutFor([follower])} Then retire-blue: ${retireBlue}.`,
      },
    ];
  });
}

/** What has a share of green by another name's records. */
export function noticesOfFollowers(seen: Seen): readonly string[] {
  if (seen.followers === undefined) return noticesOfUnasked(seen);
  const lacking = seen.followers.filter((follower) => describeLack(follower, seen) !== undefined);
  const others = seen.followers.filter((follower) => !lacking.includes(follower));
  const served = others.filter(({ green }) => hasAnswer(green));
  const unasked = others.filter(({ green }) => green === undefined);
  return [
    ...describeAll(served, (them) => `Green answers for ${them}.`),
    ...describeAll(
      unasked,
      (them) => `Green's listener rule has ${them}; whether its certificate does was not asked.`,
    ),
    ...describeAll(
      lacking,
      (them) =>
        `Green does not have ${them}: ${renderNames(
          lacking.map((follower) => describeLack(follower, seen) ?? ''),
          mostShown,
        )}. Blue was not seen to answer for ${them} either. ${wayOutFor(lacking)}`,
    ),
  ];
}

function noticesOfUnasked({ otherNames = [] }: Seen): readonly string[] {
  const along = otherNames.filter(({ leads }) => leads === 'along');
  return describeAll(
    along,
    (them) =>
      `Add ${them} to custom-domains of deploy-express, so that green's listener rule and certificate have ${them}, before green gets a share.`,
  );
}

function describeAll(
  all: readonly { readonly name: string }[],
  tell: (them: string) => string,
): readonly string[] {
  if (all.length === 0) return [];
  const names = renderNames(
    all.map(({ name }) => name),
    mostShown,
  );
  return [
    `Names that follow a name of this move, and move with it: ${names}. ${tell(all.length === 1 ? 'it' : 'them')}`,
  ];
}

/** `undefined`: green was not seen to lack it. */
function describeLack({ name, green }: SeenFollower, { names }: Seen): string | undefined {
  const rules = names.map(({ readiness, greenReadiness }) => readiness?.rules ?? greenReadiness?.rules)[0];
  if (rules?.own !== undefined && !hasHost(rules.own.hosts, name)) {
    return `Express's own listener rule does not have the host ${name}`;
  }
  return green && judgeProbe(green, anything);
}

function hasAnswer(probe: SeenFollower['blue']): boolean {
  return probe !== undefined && judgeProbe(probe, anything) === undefined;
}

function wayOutFor(all: readonly SeenFollower[]): string {
  const [first] = all;
  const isOne = all.length === 1;
  const them = isOne ? 'it' : 'them';
  const add = isOne ? `Add "custom-domains: ${first?.name}" to` : 'Add them to custom-domains of';
  return `${add} the step that deploys green, which gives its listener rule and certificate ${them}; or lead ${them} elsewhere.`;
}
