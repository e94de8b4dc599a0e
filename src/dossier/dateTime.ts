import { DateTime } from './code.ts';

/** Calendar arithmetic on FHIR dates of any precision. Days are the source's own; no time zone is guessed. */

/** Whole days from one date to another, by their calendar days; a partial date counts from its first day. */
export function daysBetween(from: string, to: string): number {
  return Math.floor((utcDay(to) - utcDay(from)) / 86_400_000);
}

/** Completed years. Undefined when the birth date is unknown; a partial one counts from its first day. */
export function ageInYears(birthDate: string | undefined, asOf: string): number | undefined {
  if (birthDate === undefined) return undefined;
  const [year, month, day] = partsOf(birthDate);
  const [thisYear, thisMonth, thisDay] = partsOf(asOf);
  const hadBirthday = thisMonth > month || (thisMonth === month && thisDay >= day);
  return thisYear - year - (hadBirthday ? 0 : 1);
}

/** Whether the calendar has this day; months count from 1. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return day <= new Date(Date.UTC(year < 100 ? year + 400 : year, month, 0)).getUTCDate();
}

/**
 * Milliseconds since 1970 of a time as a person writes it: ISO 8601, from a year to an instant; undefined for all else.
 * Date.parse alone takes 03/04/2026 for March and "x5" for 2005.
 */
export function instantOf(text: string): number | undefined {
  const [year, month = 1, day = 1] = text.slice(0, 10).split('-').map(Number);
  if (!DateTime.safeParse(text).success || !isCalendarDay(year!, month, day)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

function utcDay(dateTime: string): number {
  const [year, month, day] = partsOf(dateTime);
  return Date.UTC(year, month - 1, day);
}

function partsOf(dateTime: string): [year: number, month: number, day: number] {
  const [year, month = 1, day = 1] = dateTime.slice(0, 10).split('-').map(Number);
  return [year!, month, day];
}
