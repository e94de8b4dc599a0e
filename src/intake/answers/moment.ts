import { isCalendarDay } from '../../dossier/dateTime.ts';

const moment = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;
const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/** Programs write dates such as 0001-01-01 or 1899-12-30 where they have none; nobody alive answered a form before this. */
const firstYear = 1920;

/**
 * Day, or day with time and zone, as the table states them: a time without a zone keeps none, because none is guessed.
 * Undefined for other ways to write a date, which read differently elsewhere, and for times that no clock shows.
 * `time`: the cell of a column of times beside a day.
 */
export function momentOf(stated: string, time = ''): string | undefined {
  const match = moment.exec(stated.trim());
  if (!match || Number(match[1]) < firstYear) return undefined;
  if (!isCalendarDay(Number(match[1]), Number(match[2]), Number(match[3]))) return undefined;
  const day = match[0].slice(0, 10);
  if (match[4] !== undefined) {
    const seconds = match[6] === undefined ? '' : `:${match[6]}`;
    return isClock(match[4], match[5]!, match[6])
      ? `${day}T${match[4]}:${match[5]}${seconds}${match[7] ?? ''}`
      : undefined;
  }
  const beside = clock.exec(time.trim());
  if (time.trim() === '') return day;
  if (!beside || !isClock(beside[1]!, beside[2]!, beside[3])) return undefined;
  return `${day}T${beside[1]!.padStart(2, '0')}:${beside[2]}${beside[3] === undefined ? '' : `:${beside[3]}`}`;
}

function isClock(hours: string, minutes: string, seconds = '0'): boolean {
  return Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60;
}
