import { fold, words } from '../roster/fold.ts';
import { foldWithPlaces, type Word, wordsOf } from './foldedText.ts';
import type { OwnWords } from './ownWords.ts';

/** What of a text says who somebody is: from and to, in the text as it is. */
export type Stretch = readonly [number, number];

/** Names of one person, ready to be found in texts. */
export interface KnownNames {
  /** Each part of a name in every spelling, folded. */
  parts: ReadonlySet<string>;
  /** Whole phrases such as labels: hidden only where they stand as a whole. */
  phrases: readonly string[];
  /** A folded text in which this finds nothing names nobody. */
  quick: RegExp | undefined;
}

/** A part of a name that is found inside of another word too (`evamuster`, `muellerscan`). */
const longEnoughInside = 6;
/** A part so short that it is a word of some language: it counts with a capital or beside another part only. */
const short = 2;

/** Names as they stand in identities (`MUSTER^EVA`), and labels. */
export function knownNames(names: readonly string[], labels: readonly string[]): KnownNames {
  const parts = new Set(
    names
      .flatMap((name) => words(name))
      .flatMap(spellings)
      .filter((part) => part.length > 1 || isIdeograph(part)),
  );
  const phrases = labels.map((label) => fold(label).trim()).filter((label) => label.length > short);
  const all = [...parts, ...phrases].map((one) => one.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return { parts, phrases, quick: all.length === 0 ? undefined : new RegExp(all.join('|'), 'u') };
}

/** An umlaut may be written out in the name and not in the text, or the other way round. */
function spellings(part: string): string[] {
  return [part, part.replace(/([aou])e/g, '$1')];
}

function isIdeograph(text: string): boolean {
  return /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]+$/u.test(text);
}

/**
 * Where a text names the person: by a part of the name as a word, in a row of parts that are glued together, or inside of
 * another word. A part that is an ordinary word as well counts with a capital or beside another part. What stands inside of
 * a text of the program is no name.
 */
export function findNames(text: string, names: KnownNames, own: () => OwnWords): Stretch[] {
  const { parts } = names;
  const found: Word[] = [];
  const runs = wordsOf(text);
  const isPart = (word: Word) => parts.has(word.folded);
  const neighbours = runs.flatMap(({ whole, parts: inner }) => (isPart(whole) ? [whole] : inner.filter(isPart)));
  const isBeside = (word: Word) =>
    neighbours.some(
      (other) =>
        other.folded !== word.folded &&
        ((other.start >= word.end && isGlue(text.slice(word.end, other.start))) ||
          (word.start >= other.end && isGlue(text.slice(other.end, word.start)))),
    );
  for (const { whole, parts: inner } of runs) {
    if (isPart(whole)) {
      if (counts(whole, isBeside(whole), own)) found.push(whole);
    } else if (isRowOf(whole.folded, parts)) found.push(whole);
    else {
      const named = inner.filter((part) => isPart(part) && counts(part, isBeside(part), own));
      found.push(...(named.length > 0 ? named : insideOf(whole, parts)));
    }
  }
  const stretches = [...found.map(({ start, end }): Stretch => [start, end]), ...phrasesIn(text, names.phrases)];
  return stretches.length === 0 ? [] : stretches.filter((stretch) => !isOwn(text, stretch, own()));
}

function isGlue(between: string): boolean {
  return /^[\s,^_.-]{0,2}$/.test(between);
}

function counts(word: Word, beside: boolean, own: () => OwnWords): boolean {
  if (beside || word.capital || isIdeograph(word.folded)) return true;
  return word.folded.length > short && !own().has(word.folded);
}

/** Whether a word is nothing but parts of the name, at least two. */
function isRowOf(word: string, parts: ReadonlySet<string>, count = 0): boolean {
  if (word === '') return count > 1;
  for (let length = 1; length <= word.length; length++)
    if (parts.has(word.slice(0, length)) && isRowOf(word.slice(length), parts, count + 1)) return true;
  return false;
}

function insideOf(word: Word, parts: ReadonlySet<string>): Word[] {
  const isLong = (part: string) => part.length >= (isIdeograph(part) ? 2 : longEnoughInside);
  return [...parts].some((part) => isLong(part) && word.folded.includes(part)) ? [word] : [];
}

function phrasesIn(text: string, phrases: readonly string[]): Stretch[] {
  if (phrases.length === 0) return [];
  const { folded, at } = foldWithPlaces(text);
  return phrases.flatMap((phrase) => {
    const found: Stretch[] = [];
    for (let i = folded.indexOf(phrase); i >= 0; i = folded.indexOf(phrase, i + 1)) {
      const isWhole =
        !/[\p{L}\p{N}]$/u.test(folded.slice(0, i)) && !/^[\p{L}\p{N}]/u.test(folded.slice(i + phrase.length));
      if (isWhole) found.push([at[i]!, at[i + phrase.length]!]);
    }
    return found;
  });
}

/** Whether a stretch lies in a text of the program of at least two words, or is all of the text and one of its labels. */
function isOwn(text: string, [start, end]: Stretch, own: OwnWords): boolean {
  const { folded, at } = foldWithPlaces(text);
  const from = at.findIndex((place) => place >= start);
  const to = at.findIndex((place) => place >= end);
  const word = folded.slice(from, to).match(/\p{L}+|\p{N}+/u)?.[0];
  return (own.get(word ?? '') ?? []).some((known) => {
    if (folded.trim() === known) return true;
    if (!/[\p{L}\p{N}][^\p{L}\p{N}]+[\p{L}\p{N}]/u.test(known)) return false;
    for (let i = folded.indexOf(known); i >= 0 && i <= from; i = folded.indexOf(known, i + 1))
      if (i + known.length >= to) return true;
    return false;
  });
}
