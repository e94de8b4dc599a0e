import { readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { knowledgeDirectory, loadKnowledge } from '../../knowledge/load.ts';
import { loadRules } from '../../plan/loadRules.ts';
import { fold } from '../roster/fold.ts';

/** Texts of the program itself, folded, by each word in them: a word inside of such a text is nobody's name. */
export type OwnWords = ReadonlyMap<string, readonly string[]>;

let shipped: OwnWords | undefined;

/**
 * Every label, title and sentence of the files of knowledge, with the gaps of their templates cut out. Read once, when the
 * first text has to be told from a name. `more`: further texts of the program, such as the names of measures.
 */
export function ownWords(more: readonly string[]): OwnWords {
  shipped ??= index([
    ...readdirSync(knowledgeDirectory, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => textsIn(loadKnowledge(name.split(sep).join('/')).data)),
    // Some rules are made of facts of labels when they are read.
    ...textsIn(loadRules().rules),
  ]);
  const own = index(more);
  return new Map([
    ...shipped,
    ...[...own].map(([word, texts]) => [word, [...(shipped!.get(word) ?? []), ...texts]] as const),
  ]);
}

/** Strings of a file, templates cut at what they are filled with. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/\{[^{}]*\}/);
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function index(texts: readonly string[]): Map<string, string[]> {
  const byWord = new Map<string, Set<string>>();
  for (const text of new Set(texts.map((one) => fold(one).trim()))) {
    for (const word of new Set(text.match(/\p{L}+|\p{N}+/gu) ?? [])) {
      const known = byWord.get(word);
      if (known) known.add(text);
      else byWord.set(word, new Set([text]));
    }
  }
  return new Map([...byWord].map(([word, found]) => [word, [...found]]));
}
