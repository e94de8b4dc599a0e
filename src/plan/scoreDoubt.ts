import { z } from 'zod';
import { contentId } from '../dossier/canonical.ts';
import { daysBetween } from '../dossier/dateTime.ts';
import type { Finding } from '../dossier/finding.ts';
import { issue } from '../dossier/issue.ts';
import type { Recommendation } from '../dossier/recommendation.ts';
import { dayOf, valueForReader } from '../dossier/words.ts';
import { KnowledgeHeader } from '../knowledge/load.ts';
import type { Drafted } from './conflicts.ts';

/** Scores that are not taken for recovery when they fall too fast: how fast and how far is data. */
export const ScoreFile = KnowledgeHeader.extend({
  scores: z.array(
    z.strictObject({
      measure: z.string().min(1),
      /** `PHQ-9` */
      name: z.string().min(1),
      /** How far back the form looks: two answers that are nearer to each other speak of the same days. */
      withinDays: z.int().positive(),
      /** From this fall on it is more than the form's own error. */
      fall: z.number().positive(),
      source: z.string().min(1),
    }),
  ),
});
export type ScoreFile = z.infer<typeof ScoreFile>;

/** A newest score that cannot stand for itself, with the one that is looked at besides. */
export interface ScoreDoubt {
  code: 'score-fell-fast' | 'score-left-open';
  newest: Finding;
  before: Finding;
  words: string;
}

/**
 * Newest scores in doubt: fallen by more than the form's error within the days that both answers look back on, or refused
 * while an earlier form has a score. `findings`: what rules may look at; undated ones are in no order and raise no doubt.
 */
export function scoreDoubts(findings: readonly Finding[], { scores }: ScoreFile): ScoreDoubt[] {
  return scores.flatMap((score): ScoreDoubt[] => {
    const dated = findings
      .filter(({ measure, time }) => measure.code === score.measure && time !== undefined)
      .sort((a, b) => b.time!.localeCompare(a.time!) || a.id.localeCompare(b.id));
    const [newest, ...earlier] = dated;
    if (newest === undefined) return [];
    if (newest.value.type === 'refused') {
      const before = earlier.find(({ value }) => value.type === 'quantity');
      if (before === undefined) return [];
      const words = `The newest ${score.name} (${dayOf(newest.time)}) has no score; the last one that has is ${valueForReader(before)} (${dayOf(before.time)}): complete it before this line is put aside.`;
      return [{ code: 'score-left-open', newest, before, words }];
    }
    const now = numberOf(newest);
    if (now === undefined) return [];
    const before = earlier
      .filter((one) => daysBetween(one.time!, newest.time!) < score.withinDays)
      .filter((one) => (numberOf(one) ?? Number.NEGATIVE_INFINITY) - now >= score.fall)
      .sort((a, b) => numberOf(b)! - numberOf(a)!)[0];
    if (before === undefined) return [];
    const days = daysBetween(before.time!, newest.time!);
    const words = `${score.name} fell from ${valueForReader(before)} (${dayOf(before.time)}) to ${valueForReader(newest)} (${dayOf(newest.time)})${days === 0 ? ' on one day' : ` within ${days} day${days === 1 ? '' : 's'}`}: too much for so short a time to be taken for recovery. Confirm it with the person before this line is used or put aside.`;
    return [{ code: 'score-fell-fast', newest, before, words }];
  });
}

function numberOf({ value }: Finding): number | undefined {
  return value.type === 'quantity' ? value.value : undefined;
}

/** The findings with the earlier score in the place of the newest one that is in doubt, and of all between them. */
export function asBefore(findings: readonly Finding[], doubts: readonly ScoreDoubt[]): Finding[] {
  return findings.filter(
    (finding) =>
      !doubts.some(
        ({ before, newest }) =>
          finding.measure.code === before.measure.code &&
          finding.id !== before.id &&
          finding.time !== undefined &&
          finding.time >= before.time! &&
          finding.time <= newest.time!,
      ),
  );
}

/**
 * Lines that rest on a score in doubt say so first. `earlier`: the lines as they would be on the score before; those that
 * the newest score alone would take away stay, to be confirmed.
 */
export function withScoreDoubts(
  drafts: readonly Drafted[],
  earlier: readonly Drafted[],
  doubts: readonly ScoreDoubt[],
): Drafted[] {
  const restingOn = ({ line }: Drafted, which: 'newest' | 'before') =>
    doubts.filter((doubt) => line.basis.includes(doubt[which].id));
  const there = new Set(drafts.map(({ line }) => line.slot));
  const said = drafts.map((one) => ({ ...one, line: doubted(one.line, restingOn(one, 'newest')) }));
  const kept = earlier.flatMap((one) => {
    const found = restingOn(one, 'before');
    if (found.length === 0 || there.has(one.line.slot)) return [];
    return [{ ...one, line: confirmFirst(one.line, found) }];
  });
  return [...said, ...kept];
}

function doubted(line: Recommendation, doubts: readonly ScoreDoubt[]): Recommendation {
  if (doubts.length === 0) return line;
  const basis = doubts.flatMap(({ newest, before }) => [newest.id, before.id]);
  return {
    ...line,
    against: [
      ...doubts.map(({ words, newest, before }) => ({ statement: words, basis: [newest.id, before.id].sort() })),
      ...line.against,
    ],
    basis: [...new Set([...line.basis, ...basis])].sort(),
    issues: [
      ...line.issues,
      ...doubts.map(({ code, words }) => issue('warning', code, words, { remedy: 'Repeat the form with the person.' })),
    ],
  };
}

function confirmFirst(line: Recommendation, doubts: readonly ScoreDoubt[]): Recommendation {
  const action = `Confirm first: ${doubts.map(({ words }) => words).join(' ')} On the earlier score: ${line.action}`;
  const kept = doubted({ ...line, action, verb: 'repeat' }, doubts);
  return { ...kept, id: contentId('plan', { before: line.id, action, basis: kept.basis }) };
}
