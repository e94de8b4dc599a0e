/** Diaries and momentary assessments as time series: one number of one measure at one moment. */
import type { Code } from '../../dossier/code.ts';
import type { Fact } from '../../dossier/fact.ts';

export interface DiaryPoint {
  /** As the source states it: day, or day and time of day, with a zone only where one was stated. */
  at: string;
  day: string;
  /** Minutes after midnight on the clock of the person; undefined where only the day is known. */
  minutes?: number;
  /** The clock of the person read as if it were UTC: for order and distance, never a moment of the world. */
  ms: number;
  measure: Code;
  value: number;
  fact: string;
}

/** The moments at which somebody was asked, answered or not. */
export interface Prompt {
  at: string;
  day: string;
  answered: boolean;
  fact: string;
}

export function isDiary(fact: Fact): boolean {
  return (
    fact.type === 'observation' &&
    fact.code.system === 'idiograph' &&
    fact.code.code === 'diary' &&
    fact.value?.type === 'components' &&
    fact.at !== undefined &&
    fact.at.length >= 10 &&
    fact.status !== 'entered-in-error'
  );
}

export function promptsOf(facts: readonly Fact[]): Prompt[] {
  return facts
    .filter(isDiary)
    .map(({ id, at, value }) => ({
      at: at!,
      day: at!.slice(0, 10),
      answered: value?.type === 'components' && value.components.length > 0,
      fact: id,
    }))
    .sort(byTime);
}

/** All numbers of all diaries in the order of their time; those of one moment in the order of the source. */
export function diaryPointsOf(facts: readonly Fact[]): DiaryPoint[] {
  return facts
    .filter(isDiary)
    .flatMap((fact): DiaryPoint[] => {
      const at = fact.at!;
      const clock = /T(\d{2}):(\d{2})/.exec(at);
      const minutes = clock ? Number(clock[1]) * 60 + Number(clock[2]) : undefined;
      const day = at.slice(0, 10);
      const ms = Date.parse(`${day}T00:00:00Z`) + (minutes ?? 0) * 60_000;
      if (fact.value?.type !== 'components') return [];
      return fact.value.components.map(({ code, value }) => ({
        at,
        day,
        ...(minutes === undefined ? {} : { minutes }),
        ms,
        measure: code,
        value,
        fact: fact.id,
      }));
    })
    .sort(byTime);
}

function byTime(a: { at: string; fact: string }, b: { at: string; fact: string }): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : a.fact < b.fact ? -1 : a.fact > b.fact ? 1 : 0;
}
