/**
 * `findings.json` with its ids taken out: a killed import may have used up a subject number, and ids are made from it.
 * What is left must be equal whoever was killed how often before: values, issues, order-free.
 */
export function withoutIds(text: string): string {
  const names = new Map<string, string>();
  const document = JSON.parse(text.replace(/\bS\d{4}\b/g, (id) => nameOf(names, id))) as Record<string, unknown[]>;
  const lists = Object.entries(document).map(([key, list]) => [key, list.map(textOf).sort()]);
  return JSON.stringify(lists);
}

function nameOf(names: Map<string, string>, id: string): string {
  const name = names.get(id) ?? `subject ${names.size + 1}`;
  names.set(id, name);
  return name;
}

/** Ids are a kind and a hash; in text they stand alone or in a list. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'string' ? inner.replace(/\b[a-z]+-[A-Za-z0-9_-]*[0-9a-f]{12,}\b/g, 'id') : inner,
  );
}
