/** Calendar arithmetic on FHIR dates of any precision. Days are the source's own; no time zone is guessed. */

/** First and last day that a partial date can mean, in days since 1970-01-01. */
export function daySpan(date: string): { first: number; last: number } {
  const [year, month, day] = date.slice(0, 10).split('-').map(Number);
  const at = (y: number, m: number, d: number) => Date.UTC(y, m, d) / 86_400_000;
  if (day !== undefined) return { first: at(year!, month! - 1, day), last: at(year!, month! - 1, day) };
  if (month !== undefined) return { first: at(year!, month - 1, 1), last: at(year!, month, 0) };
  return { first: at(year!, 0, 1), last: at(year!, 11, 31) };
}

/** Days from one date to another, at least: partial dates count as late as they can be. */
export function daysBetween(from: string, to: string): number {
  return daySpan(to).last - daySpan(from).last;
}

/** Full years from a birth date to a day; `uncertain` when the birth date is too coarse to tell. */
export function yearsBetween(birth: string, on: string): { years: number; uncertain: boolean } {
  const day = new Date(daySpan(on).last * 86_400_000).toISOString().slice(0, 10);
  const count = (from: number) => {
    const start = new Date(from * 86_400_000).toISOString().slice(0, 10);
    const passed = day.slice(5) >= start.slice(5) ? 0 : 1;
    return Number(day.slice(0, 4)) - Number(start.slice(0, 4)) - passed;
  };
  const { first, last } = daySpan(birth);
  const [most, least] = [count(first), count(last)];
  return { years: least, uncertain: most !== least };
}
