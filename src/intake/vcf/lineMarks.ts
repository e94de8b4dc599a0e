/**
 * Where lines stand in a BGZF file: the import notes on its way, for one block in some, how many lines end before it.
 * An indexed look-up begins at such a mark and so knows the numbers of its lines without reading from the start.
 */
export interface LineMark {
  /** Packed offset of a block. */
  packed: number;
  /** Lines that end before it. */
  lines: number;
}

const mostMarks = 1024;
const leastSpacing = 1 << 16;

/** Takes marks as a file goes by; keeps about a thousand at most. */
export function markTaker(fileBytes: number): { offer(packed: number, lines: number): void; marks: LineMark[] } {
  const spacing = Math.max(leastSpacing, Math.ceil(fileBytes / mostMarks));
  const marks: LineMark[] = [];
  return {
    marks,
    offer(packed, lines) {
      const last = marks.at(-1);
      if (last === undefined || packed >= last.packed + spacing) marks.push({ packed, lines });
    },
  };
}

/** Marks as one short text: steps in base 36, `offset:lines` joined by commas. */
export function writeMarks(marks: readonly LineMark[]): string {
  let before: LineMark = { packed: 0, lines: 0 };
  const steps = marks.map((mark) => {
    const step = `${(mark.packed - before.packed).toString(36)}:${(mark.lines - before.lines).toString(36)}`;
    before = mark;
    return step;
  });
  return steps.join(',');
}

/** The marks of {@link writeMarks}; undefined when the text is not of that form. */
export function readMarks(text: unknown): LineMark[] | undefined {
  if (typeof text !== 'string' || !/^[0-9a-z]+:[0-9a-z]+(,[0-9a-z]+:[0-9a-z]+)*$/.test(text)) return undefined;
  let packed = 0;
  let lines = 0;
  return text.split(',').map((step) => {
    const [offset, count] = step.split(':');
    packed += Number.parseInt(offset!, 36);
    lines += Number.parseInt(count!, 36);
    return { packed, lines };
  });
}
