import type { Answer } from '../../dossier/fact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { bareName } from '../recognise.ts';
import type { Bank, BankItem } from './bank.ts';

/** Answers by item: the index of the answer from 0, as the model counts it (after reversal). */
export type Given = ReadonlyMap<BankItem, number>;

/** Answers of a response as the model counts them. What cannot be used is an issue and is no answer; nothing is clamped. */
export function givenAnswers(bank: Bank, answers: readonly Answer[]): { given: Given; issues: Issue[] } {
  const given = new Map<BankItem, number>();
  const refused = new Set<BankItem>();
  const issues: Issue[] = [];
  const refuse = (code: string, answer: Answer, what: string) =>
    issues.push(
      issue('error', code, `Item ${answer.item} ${what}; it is not used.`, {
        place: `item ${answer.item}`,
        remedy: 'Correct the answer in the source.',
      }),
    );
  for (const answer of answers) {
    if (answer.calculated) continue;
    const item = itemOf(bank, answer);
    if (item === undefined) {
      refuse('item-unknown', answer, `is not of ${bank.display}`);
      continue;
    }
    if (answer.value === undefined) {
      if (answer.text?.trim() || answer.answerCode) refuse('answer-unknown', answer, 'is answered without a number');
      continue;
    }
    const last = item.thresholds.length;
    const index = answer.value - item.firstAnswer;
    if (!Number.isInteger(index)) refuse('answer-fractional', answer, `is answered with ${answer.value}`);
    else if (index < 0 || index > last) {
      refuse(
        'answer-out-of-range',
        answer,
        `is answered with ${answer.value}, outside ${item.firstAnswer}-${item.firstAnswer + last}`,
      );
    } else {
      const counted = item.reversed ? last - index : index;
      const before = given.get(item);
      if (refused.has(item)) continue;
      if (before !== undefined && before !== counted) {
        given.delete(item);
        refused.add(item);
        refuse('item-answered-twice', answer, 'has two answers that differ');
      } else given.set(item, counted);
    }
  }
  return { given, issues };
}

/** By code, else by the owner's name of the item, with or without the name of the bank before it. */
function itemOf(bank: Bank, { item, code }: Answer): BankItem | undefined {
  const coded = bank.items.find(({ codes }) =>
    codes.some((one) => one.system === code?.system && one.code === code.code),
  );
  if (coded) return coded;
  const name = bareName(item);
  return bank.items.find(
    ({ id }) =>
      bareName(id) === name || [bank.id, ...bank.aliases].some((alias) => `${bareName(alias)}${bareName(id)}` === name),
  );
}
