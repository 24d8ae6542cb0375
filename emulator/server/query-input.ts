type Node = { [key: string]: string | Node };

/**
 * The input of an awsQuery call: `Filters.member.1.Name=x` becomes `{ Filters: [{ Name: 'x' }] }`. Maps arrive as
 * `Map.entry.1.key`/`.value`. All leaves are strings; the operation knows what they mean.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function parseQueryInput(form: URLSearchParams): Record<string, unknown> {
  const root: Node = Object.create(null);
  for (const [name, value] of form) {
    if (name === 'Action' || name === 'Version') continue;
    place(root, name.split('.'), value);
  }
  return Object.fromEntries(Object.entries(root).map(([key, node]) => [key, lift(node)]));
}

function place(root: Node, path: readonly string[], value: string): void {
  let node = root;
  for (const step of path.slice(0, -1)) {
    const child = node[step];
    const next: Node = typeof child === 'object' ? child : Object.create(null);
    node[step] = next;
    node = next;
  }
  node[path.at(-1) ?? ''] = value;
}

function lift(node: string | Node): unknown {
  if (typeof node === 'string') return node;
  const keys = Object.keys(node);
  const only = keys.length === 1 ? keys[0] : undefined;
  const inner = only === undefined ? undefined : node[only];
  if (only === 'member' && typeof inner === 'object') return inOrder(inner).map(lift);
  if (only === 'entry' && typeof inner === 'object') return Object.fromEntries(inOrder(inner).map(readEntry));
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key))) return inOrder(node).map(lift);
  return Object.fromEntries(keys.map((key) => [key, lift(node[key] ?? '')]));
}

const inOrder = (node: Node): (string | Node)[] =>
  Object.entries(node)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, value]) => value);

const readEntry = (entry: string | Node): [string, unknown] =>
  typeof entry === 'string' ? [entry, ''] : [String(entry['key'] ?? ''), lift(entry['value'] ?? '')];
