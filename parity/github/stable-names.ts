/**
 * Values of a run that differ from run to run get the name of what they are, wherever they come again: the repository's name
 * in a subject, too. Longer values first, since a name contains its owner's.
 */
export function stableNames(
  known: Readonly<Record<string, string | undefined>>,
): (value: unknown) => unknown {
  const pairs = Object.entries(known)
    .flatMap(([name, value]) => (value ? [{ name, value }] : []))
    .sort((a, b) => b.value.length - a.value.length);
  const rename = (text: string): string => {
    const found = pairs.find(({ value }) => holds(text, value));
    if (!found) return text;
    // What is named is not looked at again.
    return text.split(found.value).map(rename).join(`<${found.name}>`);
  };
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return rename(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(member)]));
  };
  return walk;
}

/** A short number is found as a whole only: a run's attempt is in many another. */
function holds(text: string, value: string): boolean {
  return value.length > 3 ? text.includes(value) : text === value;
}
