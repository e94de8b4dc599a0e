import type { Answer } from '../dossier/fact.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { holds, type Known } from '../forms/condition.ts';
import { formIssue } from '../forms/formCheck.ts';
import { type Instrument, mainScale } from '../forms/instrument.ts';
import { type ItemAnswer, readItems } from '../forms/itemAnswers.ts';
import { bareName, type Response } from '../forms/recognise.ts';
import type { Scale, Verdict } from '../forms/scale.ts';
import { inconsistencies } from './consistency.ts';
import type { Conversions } from './conversion.ts';
import { type ScaleScore, scoreScale } from './scaleScore.ts';

/** A class that follows from scores and answers. */
export interface VerdictScore {
  verdict: Verdict;
  /** Undefined when it cannot be told; `reason` then holds the issue code. */
  code?: string;
  label?: string;
  reason?: string;
  issues: Issue[];
}

export interface Scored {
  items: Map<number, ItemAnswer>;
  scales: ScaleScore[];
  /** Those whose rule is verified. */
  verdicts: VerdictScore[];
  /** About the response as a whole. */
  issues: Issue[];
}

/**
 * Scores one response: range check, reversal, missing rule, arithmetic, band, in that order. Answers that are
 * fractional, out of range, unknown or given twice with two values are refused, never clamped, and refuse each scale
 * that needs them. Without `conversions` there is no T-score and no index.
 * @param told what the source's reader said of the response: answers to another form or version are not scored
 */
export function scoreResponse(
  instrument: Instrument,
  response: Response,
  conversions?: Conversions,
  told: readonly Issue[] = [],
): Scored {
  const issues: Issue[] = [];
  const items = readItems(instrument, response, issues);
  const misfit = formIssue(instrument, response);
  const other = misfit ?? told.find(({ code }) => code === 'instrument-differs' || code === 'version-differs');
  if (other) {
    // Item numbers of another form are not those of the rules: nothing is scored; safety items have their own codes.
    const refused = { reason: other.code, issues: misfit ? [misfit] : [] };
    const scales = instrument.scales.map((scale): ScaleScore => ({ scale, missing: [], ...refused }));
    const verdicts = verdictsOf(instrument).map((verdict): VerdictScore => ({ verdict, ...refused }));
    return { items, scales, verdicts, issues };
  }
  const scales = instrument.scales.map((scale) => scoreScale(instrument, scale, items, conversions));
  checkStatedTotals(instrument, response, scales);
  issues.push(...inconsistencies(instrument, items));
  const known = knownOf(instrument, items, scales);
  const verdicts = verdictsOf(instrument).map((verdict) => judge(verdict, known));
  return { items, scales, verdicts, issues };
}

/** Classes of an instrument that are shown: those whose rule was read in a source. */
export function verdictsOf({ status, verdicts }: Instrument): Verdict[] {
  return verdicts.filter(({ verified }) => verified && status.verified);
}

/** What conditions may ask. An item that was rightly left out counts as its lowest answer. */
export function knownOf(
  instrument: Instrument,
  items: ReadonlyMap<number, ItemAnswer>,
  scales: readonly ScaleScore[],
): Known {
  return {
    item(number) {
      const answer = items.get(number);
      if (answer?.state === 'answered') return answer.value;
      return answer?.state === 'left-out' ? instrument.items.find((one) => one.number === number)?.min : undefined;
    },
    scale: (code) => scales.find((one) => one.scale.code === code)?.value,
  };
}

function judge(verdict: Verdict, known: Known): VerdictScore {
  const unknown: VerdictScore = {
    verdict,
    reason: 'items-missing',
    issues: [
      issue('error', 'items-missing', `${verdict.display}: answers are missing on which it depends.`, {
        remedy: 'Ask for the missing answers.',
      }),
    ],
  };
  if (verdict.profile) {
    const levels = verdict.profile.map((number) => known.item(number));
    if (levels.includes(undefined)) return unknown;
    return { verdict, code: levels.join(''), label: levels.join(''), issues: [] };
  }
  for (const { when, code, label } of verdict.cases) {
    const found = holds(when, known);
    if (found === undefined) return unknown;
    if (found) return { verdict, code, label, issues: [] };
  }
  return { verdict, ...verdict.otherwise, issues: [] };
}

/** Holds totals that the source states, or its form computes, against our own. Theirs is never used in place of ours. */
function checkStatedTotals(instrument: Instrument, response: Response, scales: ScaleScore[]): void {
  for (const score of scales) {
    const stated = statedTotal(instrument, response, score.scale);
    if (stated === undefined || score.value === undefined) continue;
    if (Math.abs(stated.value - score.value) > 0.005) {
      const theirs = stated.calculated ? 'The scoring expression of the form gives' : 'The source states';
      score.issues.push(
        issue('warning', 'total-differs', `${theirs} ${round(stated.value)}, the answers give ${round(score.value)}.`, {
          place: score.scale.code,
          remedy: 'Check the form; the score shown comes from the answers.',
        }),
      );
    }
  }
}

function statedTotal(
  instrument: Instrument,
  response: Response,
  scale: Scale,
): { value: number; calculated?: boolean } | undefined {
  const found = (answer: Answer | undefined) =>
    answer?.value === undefined ? undefined : { value: answer.value, calculated: answer.calculated === true };
  const coded = response.answers.find(
    (answer) =>
      answer.code && scale.codes.some((c) => c.system === answer.code!.system && c.code === answer.code!.code),
  );
  if (coded?.value !== undefined) return found(coded);
  if (scale !== mainScale(instrument)) return undefined;
  const names = new Set(['total', ...instrument.aliases.map((alias) => `${bareName(alias)}total`)]);
  const named = found(response.answers.find((answer) => names.has(bareName(answer.item))));
  return named ?? (response.statedTotal === undefined ? undefined : { value: response.statedTotal });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
