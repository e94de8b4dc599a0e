import { daysBetween } from '../dossier/dateTime.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Draft } from './format.ts';

type Fact = Draft['facts'][number];

/** What may not lie in the future, as people call it: when a form was answered, when a medicine was said to be taken. */
const kinds: readonly {
  code: string;
  one: string;
  many: string;
  is(fact: Fact): boolean;
  when(fact: Fact): string | undefined;
}[] = [
  {
    code: 'response-future',
    one: 'One form is',
    many: 'forms are',
    is: ({ type, code }) => type === 'response' || code.code === 'diary',
    when: ({ at }) => at,
  },
  {
    code: 'medication-future',
    one: 'One statement of a medicine is',
    many: 'statements of medicines are',
    is: ({ type }) => type === 'medication',
    when: ({ statedAt }) => statedAt,
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
 * Forms and medicines from the future count as undated: no course is computed from such a form, a positive answer in it
 * is not old, and no list of medicines is fresh because of it. The date of a form stays in `statedAt`.
 */
export function withoutFutureDates(draft: Draft, today: string): Draft {
  const day = today.slice(0, 10);
  const late = (fact: Fact) =>
    (fact.type === 'response' && isLate(fact.at, day)) || (fact.type === 'medication' && isLate(fact.statedAt, day));
  if (!draft.facts.some(late)) return draft;
  const facts = draft.facts.map((fact) => {
    if (!late(fact)) return fact;
    const isForm = fact.type === 'response';
    const { at, statedAt, ...rest } = fact;
    const stated = isForm ? at! : statedAt!;
    const message = `The ${isForm ? 'form' : 'medicine'} is dated ${stated.slice(0, 10)}, after the import; it counts as undated.`;
    const told = issue('error', isForm ? 'response-future' : 'medication-future', message, {
      place: fact.place,
      remedy: 'Correct the date in the source.',
    });
    const dates = isForm ? { statedAt: statedAt ?? stated } : at === undefined ? {} : { at };
    return { ...rest, ...dates, issues: [...fact.issues, told] };
  });
  return { ...draft, facts };
}
