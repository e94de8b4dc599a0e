import { z } from 'zod';
import { DateTime } from './code.ts';
import type { Entry } from './entry.ts';
import type { Finding } from './finding.ts';

/**
 * A positive safety answer, kept at the moment of answering, whatever becomes of the form that it was given into. It is
 * the content of an entry of type `safety-answer`; the entry that follows it says what became of the form.
 */
export const FormAnswer = z.object({
  form: z.literal('safety-answer'),
  /** Name of the instrument: `PHQ-9`. */
  instrument: z.string().min(1),
  /** Measure code of the item, and its name. */
  measure: z.string().min(1),
  display: z.string().min(1),
  /** The highest answer that was given, and when. */
  value: z.int(),
  answeredAt: DateTime,
  /** What the form says now; null: the answer was removed. */
  now: z.int().nullable(),
  filledBy: z.enum(['patient', 'clinician']),
  state: z.enum(['open', 'thrown-away', 'completed']),
});
export type FormAnswer = z.infer<typeof FormAnswer>;

/** An answer in a form with the entry that keeps it. */
export interface KeptFormAnswer extends FormAnswer {
  entry: Entry;
}

/** Positive answers of forms that stand. Entries that were followed by others must be left out of what is given. */
export function formAnswers(entries: readonly Entry[]): KeptFormAnswer[] {
  return entries.flatMap((entry) => {
    if (entry.type !== 'safety-answer') return [];
    const parsed = FormAnswer.safeParse(entry.content);
    return parsed.success ? [{ ...parsed.data, entry }] : [];
  });
}

const leastLetters = 10;
const leastDifferentLetters = 5;

/** Whether words can tell another clinician anything: a letter or a row of one letter does not. */
export function saysSomething(text: string | undefined): boolean {
  const letters = (text ?? '').toLowerCase().match(/[\p{L}\p{N}]/gu) ?? [];
  return letters.length >= leastLetters && new Set(letters).size >= leastDifferentLetters;
}

/** What is asked of words that close a safety question. */
export const whatToSay = 'Say what was done, with whom, and what follows: at least a few words.';

/**
 * Actions on safety answers that count: with a slot, with words that say something, neither taken back nor followed by
 * another. Whatever way an entry came into the store, an empty one closes nothing.
 */
export function actionsThatCount(entries: readonly Entry[]): Entry[] {
  const followed = new Set(entries.flatMap(({ supersedes }) => supersedes ?? []));
  return entries.filter(
    (entry) =>
      entry.type === 'safety-action' &&
      entry.slot !== undefined &&
      !followed.has(entry.id) &&
      !isTakenBack(entry) &&
      saysSomething(entry.text),
  );
}

/** An entry that takes an action back instead of stating one. */
export function isTakenBack({ type, content }: Entry): boolean {
  return type === 'safety-action' && typeof content === 'object' && content !== null && 'takenBack' in content;
}

/**
 * The newest action on an answer. Two answers can have one slot (both undated, or of one day): the action is on this one
 * when it names the finding, or all that the finding rests on.
 */
export function actionOn(
  { id, slot, derivedFrom }: Pick<Finding, 'id' | 'slot' | 'derivedFrom'>,
  actions: readonly Entry[],
): Entry | undefined {
  return actions
    .filter((one) => one.slot === slot)
    .filter(
      ({ targets }) =>
        targets.includes(id) ||
        derivedFrom.every((parent) => targets.includes(parent)) ||
        targets.every(isOfEarlierForm),
    )
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))[0];
}

/** Actions were on a finding and a check alone before they named what the answer rests on: then the slot has to do. */
function isOfEarlierForm(target: string): boolean {
  return target.startsWith('find-') || target.startsWith('safe-');
}
