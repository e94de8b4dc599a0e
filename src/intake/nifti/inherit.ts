/** Entities and suffix of a BIDS name: `sub-01_task-rest_bold` -> { sub: '01', task: 'rest' }, `bold`. */
function parts(name: string): { entities: Map<string, string>; suffix: string } {
  const tokens = name.split('_');
  const suffix = tokens.pop()!;
  const entities = new Map<string, string>();
  for (const token of tokens) {
    const dash = token.indexOf('-');
    if (dash > 0) entities.set(token.slice(0, dash), token.slice(dash + 1));
  }
  return { entities, suffix };
}

/**
 * Does a file apply to an image by BIDS's inheritance principle (BIDS 1.9, Common principles)? It lies in the same
 * folder or above, has the same suffix, and each of its entities is one of the image's. Paths without endings.
 */
export function appliesTo(stem: string, imageStem: string): boolean {
  if (stem === imageStem) return true;
  const slash = stem.lastIndexOf('/');
  const folder = stem.slice(0, slash + 1);
  if (!imageStem.startsWith(folder)) return false;
  const own = parts(stem.slice(slash + 1));
  const image = parts(imageStem.slice(imageStem.lastIndexOf('/') + 1));
  if (own.suffix !== image.suffix || image.entities.size === 0) return false;
  return [...own.entities].every(([key, value]) => image.entities.get(key) === value);
}
