import type { Answer } from '../dossier/fact.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Instrument, Scale } from './instrument.ts';
import { bareName, itemOf, type Response } from './recognise.ts';

/** What was answered to one item: a usable number, an answer that cannot be used, or nothing. */
export type ItemAnswer =
  | { state: 'answered'; value: number; answer: Answer }
  | { state: 'refused'; issue: Issue }
  | { state: 'missing' };

export interface ScaleScore {
  scale: Scale;
  /** Undefined when the scale was refused; `reason` then holds the issue code. */
  value?: number;
  reason?: string;
  /** Label of the band in which the value lies. */
  band?: string;
  missing: number[];
  issues: Issue[];
}

export interface Scored {
  items: Map<number, ItemAnswer>;
  scales: ScaleScore[];
  /** About the response as a whole. */
  issues: Issue[];
}

/**
 * Scores one response: range check, reversal, missing rule, sum or mean, band, in that order. Answers that are
 * fractional, out of range, unknown or given twice with two values are refused, never clamped, and refuse each scale
 * that needs them.
 */
export function scoreResponse(instrument: Instrument, response: Response): Scored {
  const issues: Issue[] = [];
  const items = readItems(instrument, response, issues);
  const scales = instrument.scales.map((scale) => scoreScale(instrument, scale, items));
  checkStatedTotals(instrument, response, scales);
  return { items, scales, issues };
}

/** Each item's answer as a number of the instrument's own range, before reversal. */
export function readItems(instrument: Instrument, response: Response, issues: Issue[]): Map<number, ItemAnswer> {
  const items = new Map<number, ItemAnswer>(instrument.items.map((item) => [item.number, { state: 'missing' }]));
  for (const answer of response.answers) {
    const number = itemOf(instrument, answer);
    if (number === 'unscored') continue;
    if (number === undefined) {
      issues.push(
        issue('warning', 'item-unknown', `${instrument.display} has no item "${answer.item}"; it was not scored.`, {
          place: answer.item,
          remedy: 'Check which version of the form was used.',
        }),
      );
      continue;
    }
    const read = readAnswer(instrument, number, answer);
    const before = items.get(number)!;
    if (read.state === 'missing' || before.state === 'refused') continue;
    if (before.state === 'answered' && (read.state === 'refused' || read.value !== before.value)) {
      items.set(number, refuse('item-answered-twice', number, 'has two answers that differ', answer));
      continue;
    }
    items.set(number, read);
  }
  return items;
}

function refuse(code: string, number: number, what: string, answer: Answer): ItemAnswer {
  return {
    state: 'refused',
    issue: issue('error', code, `Item ${number} ${what}; it is neither scored nor guessed.`, {
      place: `item ${number}${answer.item === String(number) ? '' : ` (${answer.item})`}`,
      remedy: 'Correct the answer in the source.',
    }),
  };
}

/** One answer as a number: the stated one, or what its answer code stands for in this instrument. */
export function readAnswer(instrument: Instrument, number: number, answer: Answer): ItemAnswer {
  const item = instrument.items.find((one) => one.number === number)!;
  const coded = instrument.answerCodes.find(
    ({ system, code }) => answer.answerCode?.system === system && answer.answerCode.code === code,
  )?.value;
  if (answer.value !== undefined && coded !== undefined && answer.value !== coded) {
    return refuse('answer-conflict', number, `states ${answer.value} but its code stands for ${coded}`, answer);
  }
  const value = answer.value ?? coded;
  if (value === undefined) {
    if (answer.answerCode) {
      return refuse('answer-unknown', number, `has the unknown answer code ${answer.answerCode.code}`, answer);
    }
    if (answer.text !== undefined && answer.text.trim() !== '') {
      return refuse('answer-unknown', number, 'is answered in words', answer);
    }
    return { state: 'missing' };
  }
  if (!Number.isInteger(value)) return refuse('answer-fractional', number, `is answered with ${value}`, answer);
  if (value < item.min || value > item.max) {
    return refuse('answer-out-of-range', number, `is answered with ${value}, outside ${item.min}-${item.max}`, answer);
  }
  return { state: 'answered', value, answer };
}

function scoreScale(instrument: Instrument, scale: Scale, items: Map<number, ItemAnswer>): ScaleScore {
  const issues: Issue[] = [];
  const missing: number[] = [];
  const values: number[] = [];
  for (const number of scale.items) {
    const answer = items.get(number)!;
    const item = instrument.items.find((one) => one.number === number)!;
    if (answer.state === 'refused') issues.push(answer.issue);
    else if (answer.state === 'missing') missing.push(number);
    else values.push(item.reverse ? item.min + item.max - answer.value : answer.value);
  }
  const [refused] = issues;
  if (refused) return { scale, reason: refused.code, missing, issues };
  if (missing.length > scale.missingAtMost || values.length === 0) {
    issues.push(
      issue('error', 'items-missing', `${scale.display}: ${listItems(missing)} not answered; no score.`, {
        place: listItems(missing),
        remedy:
          scale.missingAtMost === 0
            ? 'Every item is needed; ask for the missing ones.'
            : `At most ${scale.missingAtMost} may be missing (${scale.missingSource}); ask for the missing ones.`,
      }),
    );
    return { scale, reason: 'items-missing', missing, issues };
  }
  if (missing.length > 0) {
    issues.push(
      issue(
        'warning',
        'items-replaced',
        `${scale.display}: ${listItems(missing)} not answered; the mean of the others stands for it.`,
        { place: listItems(missing), remedy: `Rule: ${scale.missingSource}. Ask for the missing answers.` },
      ),
    );
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const value =
    scale.method === 'mean'
      ? mean
      : missing.length === 0
        ? values.reduce((sum, one) => sum + one, 0)
        : mean * scale.items.length;
  const band = bandOf(scale, value);
  return { scale, value, ...(band === undefined ? {} : { band }), missing, issues };
}

function listItems(numbers: number[]): string {
  return `item${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`;
}

/** The band with the highest lower limit that the value reaches: 9.6 from a replaced item is still below 10. */
export function bandOf(scale: Scale, value: number): string | undefined {
  return [...scale.bands].sort((a, b) => b.from - a.from).find((band) => value >= band.from)?.label;
}

/** Holds totals that the source states against our own. Theirs is never used in place of ours. */
function checkStatedTotals(instrument: Instrument, response: Response, scales: ScaleScore[]): void {
  for (const [index, score] of scales.entries()) {
    const stated = statedTotal(instrument, response, score.scale, index);
    if (stated === undefined || score.value === undefined) continue;
    if (Math.abs(stated - score.value) > 0.005) {
      score.issues.push(
        issue('warning', 'total-differs', `The source states ${stated}, the answers give ${round(score.value)}.`, {
          place: score.scale.code,
          remedy: 'Check the form; the score shown comes from the answers.',
        }),
      );
    }
  }
}

function statedTotal(instrument: Instrument, response: Response, scale: Scale, index: number): number | undefined {
  const coded = response.answers.find(
    (answer) =>
      answer.code && scale.codes.some((c) => c.system === answer.code!.system && c.code === answer.code!.code),
  );
  if (coded?.value !== undefined) return coded.value;
  if (index > 0) return undefined;
  const names = new Set(['total', ...instrument.aliases.map((alias) => `${bareName(alias)}total`)]);
  return response.answers.find((answer) => names.has(bareName(answer.item)))?.value ?? response.statedTotal;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
