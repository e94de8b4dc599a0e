/** Answers to the forms that the room reads, by occasion. How a form is recognised and an answer read is said once, in psychosocial. */
import type { Fact } from '../dossier/fact.ts';
import type { Instrument } from '../forms/instrument.ts';
import { type ItemAnswer, readItems } from '../forms/itemAnswers.ts';
import { type Response, recogniseInstrument } from '../forms/recognise.ts';

export type ResponseFact = Fact & { value: Response };

/** One form at one time. More than one fact: it came twice, and items that differ are refused. */
export interface Occasion {
  form: string;
  at: string | undefined;
  facts: ResponseFact[];
}

/** Occasions of these forms, oldest first; undated ones last, because nobody can call them old. */
export function occasionsOf(facts: readonly Fact[], instruments: readonly Instrument[]): Occasion[] {
  const occasions = new Map<string, Occasion>();
  for (const fact of facts) {
    if (!isResponse(fact)) continue;
    const instrument = recogniseInstrument(fact.value, instruments);
    if (instrument === undefined) continue;
    const key = `${fact.at ?? '9999'}|${instrument.id}`;
    const occasion = occasions.get(key) ?? { form: instrument.id, at: fact.at, facts: [] };
    occasion.facts.push(fact);
    occasions.set(key, occasion);
  }
  return [...occasions.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, occasion]) => occasion);
}

function isResponse(fact: Fact): fact is ResponseFact {
  return fact.type === 'response' && fact.value?.type === 'response' && fact.status !== 'entered-in-error';
}

/** An answer with the fact that it stands in. */
export interface Given {
  value: number;
  fact: string;
  /** `item 3 (bodymap_3)` */
  place: string;
}

/** Answers of one occasion by item number; items that nobody answered readably are absent. */
export function answersOf({ form, facts }: Occasion, instruments: readonly Instrument[]): Map<number, Given> {
  const instrument = instruments.find(({ id }) => id === form);
  if (instrument === undefined) return new Map();
  const answers = facts.flatMap((fact) => fact.value.answers);
  const items = readItems(instrument, { type: 'response', instrument: facts[0]!.value.instrument, answers }, []);
  return new Map(
    [...items].flatMap(([number, answer]): [number, Given][] => {
      const given = givenOf(number, answer, facts);
      return given === undefined ? [] : [[number, given]];
    }),
  );
}

function givenOf(number: number, answer: ItemAnswer, facts: readonly ResponseFact[]): Given | undefined {
  if (answer.state !== 'answered') return undefined;
  const fact = facts.find((one) => one.value.answers.includes(answer.answer)) ?? facts[0]!;
  return { value: answer.value, fact: fact.id, place: `item ${number} (${answer.answer.item})` };
}

/** A yes-or-no item: undefined while nobody answered it. */
export function yes(answers: ReadonlyMap<number, Given>, item: number): boolean | undefined {
  const value = answers.get(item)?.value;
  return value === undefined ? undefined : value > 0;
}

/** True when one of them is true, false when all are false, undefined while that is open. */
export function anyOf(states: readonly (boolean | undefined)[]): boolean | undefined {
  if (states.includes(true)) return true;
  return states.includes(undefined) ? undefined : false;
}
