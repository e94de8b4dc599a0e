import { fold } from '../roster/fold.ts';

/** A text without case and accents, with the way back: `at[i]` is where the letter at `i` of `folded` begins. */
export interface FoldedText {
  folded: string;
  at: readonly number[];
}

/** Folds letter by letter: `Müller`, `MULLER` and an `u` with a mark of its own are one text. */
export function foldWithPlaces(text: string): FoldedText {
  let folded = '';
  const at: number[] = [];
  let place = 0;
  for (const letter of text) {
    const plain = fold(letter);
    folded += plain;
    for (let i = 0; i < plain.length; i++) at.push(place);
    place += letter.length;
  }
  at.push(place);
  return { folded, at };
}

/** A run of letters, its parts where small letters turn into capitals, and its place in the original text. */
export interface Word {
  folded: string;
  start: number;
  end: number;
  capital: boolean;
}

/** Runs of letters. Digits, marks and underscores end a run; accents that stand by themselves belong to it. */
export function wordsOf(text: string): { whole: Word; parts: Word[] }[] {
  return [...text.matchAll(/\p{L}[\p{L}\p{M}]*/gu)].map(({ 0: run, index }) => {
    const parts = [...run.matchAll(/\p{Lu}+(?!\p{Ll})\p{M}*|\P{Lu}+|\p{Lu}\P{Lu}*/gu)].map((part) =>
      wordAt(part[0], index + part.index),
    );
    return { whole: wordAt(run, index), parts };
  });
}

function wordAt(text: string, start: number): Word {
  return { folded: fold(text), start, end: start + text.length, capital: /^\p{Lu}|^\p{Lo}/u.test(text) };
}
