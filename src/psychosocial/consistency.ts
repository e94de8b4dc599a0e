import { type Issue, issue } from '../dossier/issue.ts';
import { holds } from '../forms/condition.ts';
import type { Instrument } from '../forms/instrument.ts';
import { type ItemAnswer, listItems, pointsOf } from '../forms/itemAnswers.ts';

/** A shorter form may carry the same answer throughout by chance. */
const fewestItems = 6;

/**
 * Answers that do not fit together: the same number to every item although some are worded the other way, and pairs
 * that the instrument's file names as impossible. They are flagged, never changed, and the score stands.
 */
export function inconsistencies(instrument: Instrument, items: ReadonlyMap<number, ItemAnswer>): Issue[] {
  const known = {
    item: (number: number) => {
      const answer = items.get(number);
      return answer?.state === 'answered' ? answer.value : undefined;
    },
    scale: () => undefined,
  };
  const impossible = instrument.contradictions
    .filter(({ when }) => holds(when, known) === true)
    .map(({ says }) =>
      issue('warning', 'answers-contradict', `${instrument.display}: ${says}`, {
        place: instrument.display,
        remedy: 'Ask the person which of the answers is meant.',
      }),
    );
  return [...uniform(instrument, items), ...impossible];
}

function uniform(instrument: Instrument, items: ReadonlyMap<number, ItemAnswer>): Issue[] {
  const answered = instrument.items.flatMap((item) => {
    const answer = items.get(item.number)!;
    return answer.state === 'answered' ? [{ item, value: answer.value }] : [];
  });
  const values = new Set(answered.map(({ value }) => value));
  const turned = answered.filter(({ item }) => item.reverse);
  if (answered.length < fewestItems || values.size !== 1 || turned.length === 0 || turned.length === answered.length) {
    return [];
  }
  // In the middle of the scale the same answer means the same to both kinds of items.
  if (turned.every(({ item, value }) => pointsOf(item, value) === value)) return [];
  const numbers = listItems(turned.map(({ item }) => item.number));
  const message = `All ${answered.length} answers are ${answered[0]!.value} although ${numbers} ask the other way round.`;
  return [
    issue('warning', 'answers-uniform', message, {
      place: numbers,
      remedy: 'Go through the form with the person before the score is used.',
    }),
  ];
}
