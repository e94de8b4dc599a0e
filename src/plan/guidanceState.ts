import type { Guidance } from './rule.ts';

/**
 * What the reader must know of a guideline on the day of the plan: that nobody held our words against its text, that it
 * lapsed by its own body's rule, that a newer one took its place. Undefined when there is nothing to say.
 */
export function guidanceState(guidance: Guidance, asOf: string): string | undefined {
  const said = [
    guidance.verified ? undefined : 'not verified against its text',
    guidance.replacedBy === undefined ? undefined : `replaced by ${guidance.replacedBy}`,
    lapsed(guidance, asOf),
  ].filter((words) => words !== undefined);
  return said.length === 0 ? undefined : said.join('; ');
}

/** Lapses are counted from the whole date where there is one, else from the end of its month or year. */
function lapsed({ date, lapses }: Guidance, asOf: string): string | undefined {
  if (date === undefined || lapses === undefined) return undefined;
  const year = Number(date.slice(0, 4)) + lapses.afterYears;
  const rest = date.slice(4);
  const until = `${year}${rest.length >= 6 ? rest : rest.length === 3 ? `${rest}-31` : '-12-31'}`;
  return asOf > until ? `lapsed since ${year} (${lapses.by})` : undefined;
}
