import { daysBetween } from '../dossier/dateTime.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Draft } from './format.ts';

type Fact = Draft['facts'][number];

/** The next day is still today in another time zone. */
const isLate = (fact: Fact, day: string): boolean => fact.at !== undefined && daysBetween(day, fact.at) > 1;

/**
 * Answers that are dated after the day of their import: a wrong clock or a wrong year. An analysis has no clock, so the
 * import says it, once for each source.
 */
export function futureIssues(drafts: readonly Draft[], today: string): Issue[] {
  const day = today.slice(0, 10);
  return drafts.flatMap(({ source, facts }) => {
    const late = facts.filter((fact) => (fact.type === 'response' || fact.code.code === 'diary') && isLate(fact, day));
    const [first] = late;
    if (first === undefined) return [];
    const what = late.length === 1 ? 'One form is' : `${late.length} forms are`;
    const message = `${what} dated after the import (${first.at!.slice(0, 10)}, imported ${day}).`;
    return [
      issue('error', 'response-future', message, {
        place: `${source.path}, ${first.place}`,
        remedy: 'Correct the date in the source and import it again; answers stand without a date until then.',
      }),
    ];
  });
}

/**
 * Forms from the future stand without a date: no change and no course is computed from them, and a positive answer is
 * not old. What the source says stays in `statedAt`.
 */
export function withoutFutureDates(draft: Draft, today: string): Draft {
  const day = today.slice(0, 10);
  if (!draft.facts.some((fact) => fact.type === 'response' && isLate(fact, day))) return draft;
  const facts = draft.facts.map((fact) => {
    if (fact.type !== 'response' || !isLate(fact, day)) return fact;
    const { at, ...rest } = fact;
    const message = `The form is dated ${at!.slice(0, 10)}, after its import; it stands without a date.`;
    const told = issue('error', 'response-future', message, { remedy: 'Correct the date in the source.' });
    return { ...rest, statedAt: fact.statedAt ?? at!, issues: [...fact.issues, told] };
  });
  return { ...draft, facts };
}
