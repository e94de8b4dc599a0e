import { type Issue, issue } from '../dossier/issue.ts';
import type { Instrument } from './instrument.ts';
import { listItems } from './itemAnswers.ts';
import { itemOf, type Response } from './recognise.ts';

/**
 * Whether the form that a source brings with its answers is the instrument: all of its items, each once, in its order.
 * Items that only some people are asked may lie out; what the form asks besides is not scored and does not matter.
 * Undefined where the form fits or where the source brings none.
 */
export function formIssue(instrument: Instrument, { form }: Response): Issue | undefined {
  if (form === undefined) return undefined;
  const asked = form.items
    .map(({ item, code }) => itemOf(instrument, { item, ...(code ? { code } : {}) }))
    .filter((found) => typeof found === 'number');
  const lying = instrument.items.filter(({ leftOut, number }) => leftOut === undefined && !asked.includes(number));
  const twice = asked.filter((number, index) => asked.indexOf(number) !== index);
  const order = asked.some((number, index) => index > 0 && number < asked[index - 1]!);
  const wrong = [
    ...(lying.length > 0 ? [`it lacks ${listItems(lying.map(({ number }) => number))}`] : []),
    ...(twice.length > 0 ? [`it asks ${listItems([...new Set(twice)])} more than once`] : []),
    ...(order ? ['its items stand in another order'] : []),
  ];
  if (wrong.length === 0) return undefined;
  const message = `The form that came with the answers is not ${instrument.display}: ${wrong.join('; ')}. It is not scored.`;
  return issue('error', 'form-differs', message, {
    ...(form.url ? { place: form.url } : {}),
    remedy: 'Use the form of the instrument, or name the version that it is.',
  });
}
