import type { Answer } from '../dossier/fact.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Instrument, Item } from './instrument.ts';
import { itemOf, type Response } from './recognise.ts';

/** What was answered to one item: a usable number, an answer that cannot be used, nothing, or rightly nothing. */
export type ItemAnswer =
  | { state: 'answered'; value: number; answer: Answer }
  | { state: 'refused'; issue: Issue }
  | { state: 'missing' }
  | { state: 'left-out'; why: string };

/** Each item's answer as a number of the instrument's own range, before reversal. */
export function readItems(instrument: Instrument, response: Response, issues: Issue[]): Map<number, ItemAnswer> {
  const items = new Map<number, ItemAnswer>(instrument.items.map((item) => [item.number, { state: 'missing' }]));
  for (const answer of response.answers) {
    const number = itemOf(instrument, answer);
    if (number === 'unscored') continue;
    if (number === undefined) {
      if (answer.calculated) continue;
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
    if (before.state === 'answered' && (read.state !== 'answered' || read.value !== before.value)) {
      items.set(number, refuse('item-answered-twice', number, 'has two answers that differ', answer));
      continue;
    }
    items.set(number, read);
  }
  return leaveOut(instrument, items);
}

/** Missing items that the form itself tells people to leave out are no gaps. */
function leaveOut(instrument: Instrument, items: Map<number, ItemAnswer>): Map<number, ItemAnswer> {
  const left = instrument.items.flatMap(({ number, leftOut }): [number, ItemAnswer][] => {
    if (leftOut === undefined || items.get(number)!.state !== 'missing') return [];
    if ('askedOf' in leftOut) return [[number, { state: 'left-out', why: `asked of ${leftOut.askedOf} only` }]];
    if ('beside' in leftOut) {
      const other = items.get(leftOut.beside)!;
      return other.state === 'answered' ? [[number, { state: 'left-out', why: `item ${leftOut.beside} stands` }]] : [];
    }
    const gate = items.get(leftOut.after)!;
    const closed = gate.state === 'answered' && gate.value <= leftOut.answeredAtMost;
    return closed
      ? [[number, { state: 'left-out', why: `not asked after item ${leftOut.after} = ${gate.value}` }]]
      : [];
  });
  for (const [number, answer] of left) items.set(number, answer);
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
  const stated = answer.value ?? coded;
  if (stated === undefined) {
    if (answer.answerCode) {
      return refuse('answer-unknown', number, `has the unknown answer code ${answer.answerCode.code}`, answer);
    }
    if (answer.text !== undefined && answer.text.trim() !== '') {
      return refuse('answer-unknown', number, 'is answered in words', answer);
    }
    return { state: 'missing' };
  }
  const value = ofPoints(item, stated);
  if (!Number.isInteger(value)) return refuse('answer-fractional', number, `is answered with ${stated}`, answer);
  if (value < item.min || value > item.max) {
    return refuse('answer-out-of-range', number, `is answered with ${stated}, outside ${item.min}-${item.max}`, answer);
  }
  return { state: 'answered', value, answer };
}

/** Forms that print the points beside the answers are read too, where no number is both points and an answer. */
function ofPoints({ min, max, points }: Item, stated: number): number {
  if (points === undefined || (stated >= min && stated <= max)) return stated;
  const index = points.indexOf(stated);
  return index >= 0 && points.lastIndexOf(stated) === index ? min + index : stated;
}

/** What an answer counts: its points, or itself, turned round where the item is worded the other way. */
export function pointsOf({ min, max, points, reverse }: Item, value: number): number {
  return points?.[value - min] ?? (reverse ? min + max - value : value);
}

/** `items 3, 5`: items as issues name them. */
export function listItems(numbers: readonly number[]): string {
  return `item${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`;
}
