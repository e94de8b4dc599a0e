/**
 * Safety answers, read before and apart from any score. Nothing here is a forecast: an answer is a reason to talk to
 * somebody, and its absence is not safety.
 */
import type { Code } from '../dossier/code.ts';
import type { Answer, Fact } from '../dossier/fact.ts';
import { type Instrument, loadInstruments, type SafetyItem } from './instrument.ts';
import { type Response, recogniseInstrument } from './recognise.ts';
import { readAnswer, readItems } from './score.ts';

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
  return instrument.safety.map((safety) => {
    const answer = items.get(safety.item)!;
    if (answer.state === 'answered') return stated(fact, instrument, safety, answer.value);
    return {
      ...stated(fact, instrument, safety, undefined),
      state: answer.state === 'missing' ? 'not-answered' : 'unreadable',
    };
  });
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

export interface SafetyState {
  state: 'positive' | 'negative' | 'not-assessed' | 'stale';
  urgency: 'now' | 'open' | 'historic' | 'none';
  /** The answer that decides, and everything that it was weighed against. */
  decidedBy?: SafetyAnswer;
  basis: string[];
}

/**
 * One check's state on a day. A positive answer stands until somebody records an action after it (`actedAt`): later
 * negative answers do not erase it. Today's, future-dated and undated answers are `now`; younger than `staleAfterDays`
 * `open`; older `historic`. A negative answer older than `staleAfterDays` is `stale`. Nothing readable: `not-assessed`.
 * @param asOf FHIR date or instant that counts as today
 */
export function safetyState(
  answers: readonly SafetyAnswer[],
  options: { check: string; asOf: string; staleAfterDays: number; actedAt?: readonly string[] },
): SafetyState {
  const own = answers.filter((answer) => answer.check === options.check);
  const basis = [...new Set(own.map((answer) => answer.fact))].sort();
  const open = own
    .filter((answer) => answer.state === 'positive')
    .filter((answer) => !options.actedAt?.some((acted) => dayOf(acted) >= dayOf(answer.at ?? options.asOf)))
    .map((answer) => ({ answer, urgency: urgencyOf(answer, options) }))
    .sort((a, b) => rank[a.urgency] - rank[b.urgency] || Number(b.answer.urgent) - Number(a.answer.urgent));
  const [first] = open;
  if (first) return { state: 'positive', urgency: first.urgency, decidedBy: first.answer, basis };
  const newest = own.find((answer) => answer.state === 'positive' || answer.state === 'negative');
  if (!newest) return { state: 'not-assessed', urgency: 'none', basis };
  const old = newest.at !== undefined && daysBetween(newest.at, options.asOf) > options.staleAfterDays;
  const state = old ? 'stale' : newest.state === 'positive' ? 'positive' : 'negative';
  return { state, urgency: 'none', decidedBy: newest, basis };
}

const rank = { now: 0, open: 1, historic: 2 };

function urgencyOf(
  answer: SafetyAnswer,
  options: { asOf: string; staleAfterDays: number },
): 'now' | 'open' | 'historic' {
  if (answer.at === undefined) return 'now';
  const age = daysBetween(answer.at, options.asOf);
  return age <= 0 ? 'now' : age <= options.staleAfterDays ? 'open' : 'historic';
}

/** Calendar day of a FHIR date as the source wrote it; a year or month counts as its last day, so that it is not aged. */
function dayOf(date: string): number {
  const [year, month, day] = date.slice(0, 10).split('-').map(Number);
  if (day !== undefined) return Date.UTC(year!, month! - 1, day) / 86_400_000;
  return Date.UTC(year!, month ?? 12, 0) / 86_400_000;
}

function daysBetween(from: string, to: string): number {
  return dayOf(to) - dayOf(from);
}
