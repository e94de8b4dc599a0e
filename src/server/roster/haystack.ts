/** The texts of many rows as one string, which is searched several times faster than as many as there are rows. */
export interface Haystack {
  text: string;
  /** Where the text of each row begins. */
  starts: Uint32Array;
}

/** @param texts without line breaks */
export function haystackOf(texts: readonly string[]): Haystack {
  const starts = new Uint32Array(texts.length);
  let at = 0;
  texts.forEach((text, row) => {
    starts[row] = at;
    at += text.length + 1;
  });
  return { text: texts.join('\n'), starts };
}

/** Rows whose text holds all of these, ascending. @param needles one or more */
export function rowsWith({ text, starts }: Haystack, needles: readonly string[]): number[] {
  // The longest is the rarest, as a rule: the others are looked for only where it was found.
  const [first, ...others] = needles.toSorted((a, b) => b.length - a.length);
  if (first === undefined) return [];
  const found: number[] = [];
  let row = 0;
  for (let at = text.indexOf(first); at >= 0; ) {
    while (row + 1 < starts.length && starts[row + 1]! <= at) row++;
    const end = row + 1 < starts.length ? starts[row + 1]! : text.length + 1;
    const own = others.length === 0 ? '' : text.slice(starts[row], end - 1);
    if (others.every((needle) => own.includes(needle))) found.push(row);
    at = text.indexOf(first, end);
  }
  return found;
}
