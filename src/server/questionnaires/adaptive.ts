import type { Instrument } from '../../forms/instrument.ts';
import { type Bank, type BankItem, bankPath, parseBanks } from '../../forms/itemBank/bank.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { estimate, nextItem } from '../../psychosocial/itemBank/estimate.ts';
import type { FormAnswers } from './answers.ts';

/** An item bank as a form: its items numbered in their order, none of them scored by points. */
export type BankForm = Instrument & { bank: Bank };

/** The item banks whose parameters the site supplies, as forms to be filled in. None ship. */
export function bankForms(knowledgeDirectory?: string): BankForm[] {
  return parseBanks(bankPath, loadKnowledge(bankPath, knowledgeDirectory).data).map(formOfBank);
}

export function formOfBank(bank: Bank): BankForm {
  return {
    bank,
    id: bank.id,
    display: bank.display,
    recall: '',
    path: bankPath,
    status: { verified: true, note: bank.source },
    codes: [],
    aliases: [bank.id, ...bank.aliases],
    items: bank.items.map(({ id, firstAnswer, thresholds, codes }, index) => ({
      number: index + 1,
      label: id,
      min: firstAnswer,
      max: firstAnswer + thresholds.length,
      reverse: false,
      codes,
      aliases: [id],
    })),
    unscored: [],
    answerCodes: [],
    scales: [],
    noTotal: true,
    overlapping: false,
    verdicts: [],
    safety: [],
    contradictions: [],
    wording: { licence: bank.licence, note: `${bank.source}, version ${bank.version}` },
    examples: [],
  };
}

export function isBankForm(instrument: Instrument): instrument is BankForm {
  return 'bank' in instrument;
}

/** Where the person stands after these answers, and what is asked next. Deterministic: the order of the answers means nothing. */
export function adaptiveState({ bank }: BankForm, answers: FormAnswers) {
  const given = new Map<BankItem, number>();
  for (const [index, item] of bank.items.entries()) {
    const value = answers[String(index + 1)];
    if (value === undefined) continue;
    const counted = value - item.firstAnswer;
    given.set(item, item.reversed ? item.thresholds.length - counted : counted);
  }
  const { item, reason } = nextItem(bank, given);
  const { score, standardError } = estimate(bank, given);
  return {
    ...(item === undefined ? {} : { next: bank.items.indexOf(item) + 1 }),
    reason,
    answered: given.size,
    ...(given.size === 0 ? {} : { score, standardError }),
  };
}
