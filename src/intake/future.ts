import { daysBetween } from '../dossier/dateTime.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Draft } from './format.ts';

type Fact = Draft['facts'][number];

/** What may not lie in the future, as people call it: an answered form, a medicine said to be taken, a measured value. */
const kinds: readonly {
  code: string;
  one: string;
  many: string;
  /** What a single one is called whose date is dropped; the days of a diary keep theirs. */
  thing?: string;
  is(fact: Fact): boolean;
  when(fact: Fact): string | undefined;
}[] = [
  {
    code: 'response-future',
    one: 'One form is',
    many: 'forms are',
    thing: 'form',
    is: ({ type }) => type === 'response',
    when: ({ at }) => at,
  },
  {
    code: 'response-future',
    one: 'One day of a diary is',
    many: 'days of a diary are',
    is: ({ type, code }) => type !== 'response' && code.code === 'diary',
    when: ({ at }) => at,
  },
  {
    code: 'medication-future',
    one: 'One statement of a medicine is',
    many: 'statements of medicines are',
    thing: 'medicine',
    is: ({ type }) => type === 'medication',
    when: ({ statedAt }) => statedAt,
  },
  {
    code: 'observation-future',
    one: 'One measurement is',
    many: 'measurements are',
    thing: 'measurement',
    is: ({ type, code }) => type === 'observation' && code.code !== 'diary',
    when: ({ at }) => at,
  },
];

/** The next day is still today in another time zone. */
function isLate(time: string | undefined, day: string): boolean {
  return time !== undefined && daysBetween(day, time) > 1;
}

/**
 * What is dated after the day of its import: a wrong clock or a wrong year. An analysis has no clock, so the import says
 * it, once for each source.
 */
export function futureIssues(drafts: readonly Draft[], today: string): Issue[] {
  const day = today.slice(0, 10);
  return drafts.flatMap(({ source, facts }) =>
    kinds.flatMap(({ code, one, many, is, when }) => {
      const late = facts.filter((fact) => is(fact) && isLate(when(fact), day));
      const [first] = late;
      if (first === undefined) return [];
      const what = late.length === 1 ? one : `${late.length} ${many}`;
      const message = `${what} dated after the import (${when(first)!.slice(0, 10)}, imported ${day}).`;
      return [
        issue('error', code, message, {
          place: `${source.path}, ${first.place}`,
          remedy: 'Correct the date in the source and import it again; until then it counts as undated.',
        }),
      ];
    }),
  );
}

/**
 * Forms, medicines and measurements from the future count as undated: no course is computed from them, none of them is the
 * newest value, a positive answer is not old, and no list of medicines is fresh because of it. The date of a form or a
 * measurement stays in `statedAt`.
 */
export function withoutFutureDates(draft: Draft, today: string): Draft {
  const day = today.slice(0, 10);
  const kindOf = (fact: Fact) => kinds.find(({ is, when, thing }) => thing && is(fact) && isLate(when(fact), day));
  if (!draft.facts.some(kindOf)) return draft;
  const facts = draft.facts.map((fact) => {
    const kind = kindOf(fact);
    if (kind === undefined) return fact;
    const stated = kind.when(fact)!;
    const message = `The ${kind.thing} is dated ${stated.slice(0, 10)}, after the import; it counts as undated.`;
    const told = issue('error', kind.code, message, { place: fact.place, remedy: 'Correct the date in the source.' });
    const { at, statedAt, ...rest } = fact;
    const dates = fact.type !== 'medication' ? { statedAt: statedAt ?? stated } : at === undefined ? {} : { at };
    return { ...rest, ...dates, issues: [...fact.issues, told] };
  });
  return { ...draft, facts };
}
