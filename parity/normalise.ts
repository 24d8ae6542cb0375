/**
 * What differs from run to run gets a stable name, the same wherever the value comes again: `<zone:1>`. Times become
 * `<time>`, secrets `<secret>`. `run` is what a scenario on AWS has behind the name of whatever it makes.
 */
export function normalise(value: unknown, run = ''): unknown {
  const names = createNames();
  const walk = (one: unknown, key: string): unknown => {
    if (one instanceof Date || (typeof one === 'number' && one > EARLIEST_MILLISECONDS)) return '<time>';
    if (typeof one === 'string') {
      return SECRETS.test(key) ? '<secret>' : nameParts(one.replaceAll(`parity${run}`, 'parity'), key, names);
    }
    if (one instanceof Uint8Array) return `<${one.length} bytes>`;
    // As JSON has it.
    if (Array.isArray(one)) return one.map((item) => walk(item, key) ?? null);
    if (typeof one !== 'object' || one === null) return one;
    const members = Object.entries(one).filter(
      ([name, member]) => name !== '$metadata' && member !== undefined,
    );
    return Object.fromEntries(members.map(([name, member]) => [name, walk(member, name)]));
  };
  return walk(value, '');
}

/** No amount of a scenario is as large as the time of day in milliseconds. */
const EARLIEST_MILLISECONDS = 1_500_000_000_000;
const SECRETS = /^(?:SecretAccessKey|SessionToken|authorizationToken)$/;
const TOKENS =
  /^(?:nextToken|nextForwardToken|nextBackwardToken|nextSequenceToken|uploadSequenceToken|nextMarker|marker|eventId|serial)$/i;

/** In the order they are tried. What was named once is known wherever it comes alone. */
const KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['time', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g],
  ['account', /(?<![0-9a-zA-Z])\d{12}(?![0-9a-zA-Z])/g],
  ['uuid', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g],
  ['name-server', /ns-\d+\.awsdns-\d+\.(?:com|net|org|co\.uk)/g],
  ['host', /[a-z0-9]{2}-[0-9a-f]{32}\.ecs\.[a-z0-9-]+\.on\.aws/g],
  ['app-host', /(?<![\w.-])[a-z0-9]{10}\.[a-z0-9-]+\.awsapprunner\.com/g],
  ['balancer-host', /(?:internal-)?ecs-express-gateway-alb-[0-9a-z-]+\.[a-z0-9-]+\.elb\.amazonaws\.com/g],
  ['balancer', /(?<=ecs-express-gateway-alb-)[0-9a-f]{8}(?![0-9a-f])/g],
  ['group', /(?<=ecs-gateway-tg-)[0-9a-f]{8,}/g],
  ['log-group', /(?<=\/aws\/ecs\/default\/parity[a-z-]*-)[0-9a-f]{4}(?![0-9a-z])/g],
  ['deployment', /(?<=service-deployment\/default\/[\w-]+\/)[\w-]+/g],
  ['revision', /(?<=service-revision\/default\/[\w-]+\/)\w+/g],
  ['elb', /(?<=\/)[0-9a-f]{16}(?![0-9a-f])/g],
  ['network', /(?<![a-z-])(?:sg|subnet|vpc|eni)-[0-9a-f]{8,}/g],
  ['validation', /_[0-9a-z]{10,}(?:\.[0-9a-z]{8,})?\.acm-validations\.aws\.?/g],
  ['validation-name', /(?<![0-9a-z])_[0-9a-z]{10,}/g],
  ['id', /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g],
  ['digest', /sha256:[0-9a-f]{64}/g],
  ['zone', /(?<=hostedzone\/)[A-Z0-9]{10,}/g],
  ['change', /(?<=change\/)[A-Z0-9]{10,}/g],
  ['principal', /(?<![A-Z0-9])A(?:KIA|SIA|ROA|IDA)[A-Z0-9]{12,}(?![A-Z0-9])/g],
  ['region', /(?<![a-z-])(?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d(?=[a-f]?(?!\w))/g],
  ['address', /127\.0\.0\.1:\d+/g],
];

function nameParts(text: string, key: string, names: Names): string {
  if (TOKENS.test(key)) return names.give('token', text);
  // Express tells it with and without.
  const bare = text.replace(/^https:\/\/(?=[^/]+\.on\.aws$)/, '');
  const known = names.known(bare);
  if (known !== undefined) return known;
  return KINDS.reduce(
    (named, [kind, pattern]) =>
      named.replaceAll(pattern, (found) => (kind === 'time' ? '<time>' : names.give(kind, found))),
    bare,
  );
}

type Names = {
  readonly known: (text: string) => string | undefined;
  readonly give: (kind: string, text: string) => string;
};

function createNames(): Names {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  return {
    known: (text) => names.get(text),
    give: (kind, text) => {
      const count = (counts.get(kind) ?? 0) + 1;
      const name = names.get(text) ?? `<${kind}:${count}>`;
      if (!names.has(text)) counts.set(kind, count);
      names.set(text, name);
      return name;
    },
  };
}
