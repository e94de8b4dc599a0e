import { daysBetween } from '../dossier/dateTime.ts';
import type { Finding } from '../dossier/finding.ts';
import type { CourseEntry } from './courses.ts';

export type Outcome = 'response' | 'partial' | 'none' | 'intolerance';

/** What the record says of a course in words. Negations come first: `not effective` is no effect. */
export function outcomeInWords(words: string): Outcome | undefined {
  const text = words
    .toLowerCase()
    .replace(/\b(?:no|without|denies) (?:side effects?|adverse (?:effects?|events?)|problems?)\b/g, '');
  if (
    /\bno (?:real |clear )?(?:response|effect|benefit|improvement|relief)\b|\bnot? (?:effective|help|work|respond)|ineffective|lack of (?:efficacy|effect|response)|(?:did|does) not (?:help|work|respond)|non-?respon|therapeutic failure|(?:inadequate|insufficient) (?:response|effect|benefit|relief)|\bfailed\b/.test(
      text,
    )
  )
    return 'none';
  if (/side effect|adverse|intoleran|not tolerated|could not tolerate|toxicity/.test(text)) return 'intolerance';
  if (/\bpartial|\bsome (?:effect|benefit|response|relief|improvement)|\bslight/.test(text)) return 'partial';
  if (/\bgood\b|\bresponse\b|responded|effective|remission|helped|helpful|improved|relief\b|worked well/.test(text))
    return 'response';
  return undefined;
}

/** Share of the first score by which it has to fall. Depression: half, by convention; pain: IMMPACT, Dworkin 2008. */
const falls: Record<'depression' | 'pain', { response: number; partial: number; measures: readonly string[] }> = {
  depression: { response: 0.5, partial: 0.25, measures: ['phq-9.total', 'qids-sr16.total', 'madrs.total'] },
  pain: { response: 0.3, partial: 0.1, measures: ['peg.mean'] },
};
export const scoreMeasures = Object.values(falls).flatMap(({ measures }) => measures);

const baselineBefore = 30;
const baselineAfter = 7;
const earliest = 21;
const afterEnd = 14;

/** A score before and late in a course, and what its fall amounts to. */
export interface ScoredOutcome {
  outcome: Outcome;
  before: Finding;
  after: Finding;
  /** Fall as a share of the first score; negative when it rose. */
  fall: number;
}

/** The first instrument with a score around the start and one after three weeks, until two weeks after the end. */
export function outcomeInScores(
  kind: 'depression' | 'pain',
  start: string,
  end: string | undefined,
  scores: readonly Finding[],
): ScoredOutcome | undefined {
  const { response, partial, measures } = falls[kind];
  for (const code of measures) {
    const own = scores
      .flatMap((one) =>
        one.measure.code === code && one.time !== undefined && one.value.type === 'quantity'
          ? [{ finding: one, time: one.time, value: one.value.value }]
          : [],
      )
      .sort((a, b) => (a.time < b.time ? -1 : 1));
    const before = own.findLast(({ time }) => {
      const days = daysBetween(start, time);
      return days >= -baselineBefore && days <= baselineAfter;
    });
    const after = own.findLast(
      ({ time }) => daysBetween(start, time) >= earliest && (end === undefined || daysBetween(end, time) <= afterEnd),
    );
    if (!before || !after || before.value <= 0) continue;
    const fall = (before.value - after.value) / before.value;
    const outcome = fall >= response ? 'response' : fall >= partial ? 'partial' : 'none';
    return { outcome, before: before.finding, after: after.finding, fall };
  }
  return undefined;
}

/** The last words of a course that say how it went; a reason for stopping counts where no response is stated. */
export function statedOutcome(
  entries: readonly CourseEntry[],
): { outcome: Outcome; words: string; entry: CourseEntry } | undefined {
  for (const entry of [...entries].reverse()) {
    for (const words of [entry.response, entry.stopReason]) {
      const outcome = words === undefined ? undefined : outcomeInWords(words);
      if (outcome !== undefined) return { outcome, words: words!, entry };
    }
  }
  return undefined;
}
