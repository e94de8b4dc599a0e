import { z } from 'zod';
import { IdiographError } from '../../dossier/errors.ts';
import type { Instrument } from '../../forms/instrument.ts';
import { isBankForm } from './adaptive.ts';

/** Answers by item number. An item that is not there was not answered: nothing is filled in for it. */
export const FormAnswers = z.record(z.string().regex(/^[1-9]\d{0,2}$/), z.int());
export type FormAnswers = z.infer<typeof FormAnswers>;

/** Throws `usage` for an item that the form does not have and an answer outside its range. */
export function checkAnswers(instrument: Instrument, answers: FormAnswers): void {
  for (const [number, value] of Object.entries(answers)) {
    const item = instrument.items.find((one) => one.number === Number(number));
    if (item === undefined) throw new IdiographError('usage', `${instrument.display} has no item ${number}`);
    if (value < item.min || value > item.max) {
      throw new IdiographError(
        'usage',
        `item ${number} of ${instrument.display} is answered ${item.min} to ${item.max}`,
        {
          item: number,
          value,
        },
      );
    }
  }
}

/** Numbers of the items without an answer; of an item bank none, because it asks only some. */
export function unanswered(instrument: Instrument, answers: FormAnswers): number[] {
  if (isBankForm(instrument)) return [];
  return instrument.items.flatMap(({ number }) => (answers[String(number)] === undefined ? [number] : []));
}

/** The instrument of that id. Throws `not-found`. */
export function instrumentOf(id: string, instruments: readonly Instrument[]): Instrument {
  const found = instruments.find((one) => one.id === id);
  if (found) return found;
  throw new IdiographError('not-found', `there is no questionnaire ${id}`, {
    remedy: `Known are ${instruments.map((one) => one.id).join(', ')}.`,
  });
}
