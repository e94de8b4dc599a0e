import type { Mark } from './clusters.ts';

/** Width of a letter at 11 px, on average and a little more. */
const letterPx = 6.1;
/** From the middle of a mark to its words; the widest mark reaches so far. */
const markPx = 11;

/** As much of a text as fits, cut between words and marked as cut; undefined where nothing worth reading would be left. */
export function fitWords(text: string, room: number): string | undefined {
  const letters = Math.floor(room / letterPx);
  if (text.length <= letters) return text;
  if (letters < 6) return undefined;
  const cut = text.slice(0, letters - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > letters / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

export interface Words {
  text: string;
  x: number;
  anchor: 'start' | 'end';
}

/** Words beside each mark, on the side with more room, and never over another mark or its words. */
export function placeWords(
  marks: readonly Mark[],
  wordsOf: (mark: Mark) => string | undefined,
  width: number,
): (Words | undefined)[] {
  let taken = 0;
  return marks.map((mark, i) => {
    const from = Math.min(width, mark.right) + markPx;
    const next = marks[i + 1];
    const after = (next ? Math.max(next.x, 0) - markPx : width) - from;
    const before = Math.max(0, mark.x) - markPx - taken;
    taken = from;
    const words = wordsOf(mark);
    if (words === undefined) return undefined;
    const needed = words.length * letterPx;
    const isLeft = after < needed && before > after;
    const text = fitWords(words, isLeft ? before : after);
    if (text === undefined) return undefined;
    if (isLeft) return { text, x: Math.max(0, mark.x) - markPx + 1, anchor: 'end' };
    taken = from + text.length * letterPx;
    return { text, x: from - 1, anchor: 'start' };
  });
}
