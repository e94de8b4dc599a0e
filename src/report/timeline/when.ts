import { isCalendarDay } from '../../dossier/dateTime.ts';

export type Precision = 'year' | 'month' | 'day' | 'time';

/** A stated date as the stretch of time that it may mean, on the clock of the source. */
export interface When {
  stated: string;
  precision: Precision;
  /** First and last millisecond, counted as if the stated clock were UTC: no time zone is guessed. */
  fromMs: number;
  toMs: number;
}

const dayMs = 86_400_000;
const form = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?)?)?)?/;

/** Undefined for no date and for a day that no calendar has. A zone behind the time is not applied: see `When`. */
export function whenOf(stated: string | undefined): When | undefined {
  const parts = stated === undefined ? null : form.exec(stated);
  if (stated === undefined || parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => (part ? Number(part) : undefined));
  if (year === undefined || !isCalendarDay(year, month ?? 1, day ?? 1)) return undefined;
  const at = (y: number, m: number, d: number) => {
    // Date.UTC takes the years 0 to 99 for 1900 to 1999; 400 years are a whole number of days.
    return y < 100 ? Date.UTC(y + 400, m, d) - Date.UTC(2400, 0, 1) + Date.UTC(2000, 0, 1) : Date.UTC(y, m, d);
  };
  if (month === undefined) return { stated, precision: 'year', fromMs: at(year, 0, 1), toMs: at(year + 1, 0, 1) - 1 };
  if (day === undefined)
    return { stated, precision: 'month', fromMs: at(year, month - 1, 1), toMs: at(year, month, 1) - 1 };
  const midnight = at(year, month - 1, day);
  if (hour === undefined || minute === undefined)
    return { stated, precision: 'day', fromMs: midnight, toMs: midnight + dayMs - 1 };
  const instant = midnight + ((hour * 60 + minute) * 60 + (second ?? 0)) * 1000;
  return { stated, precision: 'time', fromMs: instant, toMs: instant };
}
