import { daysBetween } from '../dossier/dateTime.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Draft } from './format.ts';

/**
 * Answers that are dated after the day of their import (the next day is still today in another time zone): a wrong clock or a wrong year. An analysis has no clock, so the
 * import says it, once for each source.
 */
export function futureIssues(drafts: readonly Draft[], today: string): Issue[] {
  const day = today.slice(0, 10);
  return drafts.flatMap(({ source, facts }) => {
    const late = facts.filter(
      ({ type, code, at }) =>
        (type === 'response' || code.code === 'diary') && at !== undefined && daysBetween(day, at) > 1,
    );
    const [first] = late;
    if (first === undefined) return [];
    const what = late.length === 1 ? 'One form is' : `${late.length} forms are`;
    const message = `${what} dated after the import (${first.at!.slice(0, 10)}, imported ${day}).`;
    return [
      issue('error', 'response-future', message, {
        place: `${source.path}, ${first.place}`,
        remedy: 'Correct the date in the source and import it again; a course that holds it is not to be trusted.',
      }),
    ];
  });
}
