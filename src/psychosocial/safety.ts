/**
 * Safety answers, read before and apart from any score. Nothing here is a forecast: an answer is a reason to talk to
 * somebody, and its absence is not safety. What is urgent, open or historic is the plan's to say (src/plan/safety.ts).
 */
import type { Code } from '../dossier/code.ts';
import type { Answer, Fact } from '../dossier/fact.ts';
import { type Instrument, loadInstruments, type SafetyItem } from '../forms/instrument.ts';
import { readAnswer, readItems } from '../forms/itemAnswers.ts';
import { itemOf, type Response, recogniseInstrument } from '../forms/recognise.ts';

export interface SafetyAnswer {
  /** `suicidality` */
  check: string;
  instrument: string;
  /** Measure code of the item: `phq-9.item-9`. */
  measure: string;
  display: string;
  state: 'positive' | 'negative' | 'not-answered' | 'unreadable';
  value?: number;
  /** True from the answer on that goes before weaker positives. */
  urgent: boolean;
  /** When it was answered; undefined when the source does not say, which counts as today. */
  at?: string;
  /** Id of the fact it was read from: the channel. */
  fact: string;
}

/**
 * Every safety answer in the facts: undated first, then the newest. Facts entered in error are left out; an answer of a
 * score that was refused is here all the same.
 */
export function safetyAnswers(
  facts: readonly Fact[],
  instruments: readonly Instrument[] = loadInstruments(),
): SafetyAnswer[] {
  const answers = facts
    .filter((fact) => fact.status !== 'entered-in-error')
    .flatMap((fact) => (fact.type === 'response' ? ofResponse(fact, instruments) : ofObservation(fact, instruments)));
  return answers.sort((a, b) => {
    if (a.at === undefined || b.at === undefined) return Number(a.at !== undefined) - Number(b.at !== undefined);
    return b.at.localeCompare(a.at) || a.fact.localeCompare(b.fact);
  });
}

function ofResponse(fact: Fact, instruments: readonly Instrument[]): SafetyAnswer[] {
  if (fact.value?.type !== 'response') return [];
  const instrument = recogniseInstrument(fact.value, instruments);
  if (!instrument) return ofUnknownForm(fact, fact.value, instruments);
  const items = readItems(instrument, fact.value, []);
  return instrument.safety.flatMap((safety) => {
    const answer = items.get(safety.item)!;
    if (answer.state === 'answered') return stated(fact, instrument, safety, answer.value);
    // The form leads past it after a no: there is no answer and none is owed.
    if (answer.state === 'left-out') return [];
    const worst = worstOf(fact.value as Response, instrument, safety.item);
    if (worst !== undefined) {
      const found = stated(fact, instrument, safety, worst);
      // Of two answers that differ, the one that asks for a conversation counts here; the score has neither.
      if (found.state === 'positive') return found;
    }
    const state = answer.state === 'missing' ? 'not-answered' : 'unreadable';
    return { ...stated(fact, instrument, safety, undefined), state } as const;
  });
}

/** The highest readable answer to an item that was answered more than once. */
function worstOf(response: Response, instrument: Instrument, item: number): number | undefined {
  const values = response.answers
    .filter((answer) => itemOf(instrument, answer) === item)
    .map((answer) => readAnswer(instrument, item, answer))
    .flatMap((read) => (read.state === 'answered' ? [read.value] : []));
  return values.length === 0 ? undefined : Math.max(...values);
}

/** A form that nobody knows may still carry a safety item under its code. */
function ofUnknownForm(fact: Fact, response: Response, instruments: readonly Instrument[]): SafetyAnswer[] {
  return response.answers.flatMap((answer) =>
    safetyItemsOf(answer.code ? [answer.code] : [], instruments).map(({ instrument, safety }) =>
      answerOf(fact, instrument, safety, answer),
    ),
  );
}

function safetyItemsOf(
  codes: readonly Code[],
  instruments: readonly Instrument[],
): { instrument: Instrument; safety: SafetyItem }[] {
  return instruments.flatMap((instrument) =>
    instrument.safety
      .filter((safety) =>
        instrument.items
          .find((item) => item.number === safety.item)
          ?.codes.some((known) => codes.some((code) => code.system === known.system && code.code === known.code)),
      )
      .map((safety) => ({ instrument, safety })),
  );
}

function answerOf(fact: Fact, instrument: Instrument, safety: SafetyItem, given: Answer): SafetyAnswer {
  const answer = readAnswer(instrument, safety.item, given);
  if (answer.state === 'answered') return stated(fact, instrument, safety, answer.value);
  const base = stated(fact, instrument, safety, undefined);
  return { ...base, state: answer.state === 'missing' ? 'not-answered' : 'unreadable' };
}

/** The item as an observation of its own, as some records carry it (US Core screening assessments). */
function ofObservation(fact: Fact, instruments: readonly Instrument[]): SafetyAnswer[] {
  if (fact.type !== 'observation') return [];
  const { value } = fact;
  return safetyItemsOf([fact.code, ...(fact.codes ?? [])], instruments).map(({ instrument, safety }) =>
    answerOf(fact, instrument, safety, {
      item: String(safety.item),
      ...(value?.type === 'quantity' ? { value: value.value } : {}),
      ...(value?.type === 'code' ? { answerCode: value.code } : {}),
      ...(value?.type === 'text' ? { text: value.text } : {}),
    }),
  );
}

function stated(fact: Fact, instrument: Instrument, safety: SafetyItem, value: number | undefined): SafetyAnswer {
  return {
    check: safety.check,
    instrument: instrument.id,
    measure: safety.code,
    display: safety.display,
    state: value !== undefined && value >= safety.positiveFrom ? 'positive' : 'negative',
    ...(value === undefined ? {} : { value }),
    urgent: value !== undefined && value >= safety.urgentFrom,
    ...(fact.at === undefined ? {} : { at: fact.at }),
    fact: fact.id,
  };
}
