import { isCalendarDay } from '../../dossier/dateTime.ts';

/**
 * Wall-clock moments of a DICOM header, as seconds since 1970-01-01 without any time zone: only their differences mean
 * something. Dates as `20201217` or `2020.12.17`, times as `083045.5`, `0830` or `08:30:45`, date-times as
 * `20201217083045.5+0100`. Undefined for anything else.
 */
export function momentS(date: string | undefined, time: string | undefined): number | undefined {
  const day = dayS(date);
  const seconds = timeOfDayS(time);
  return day === undefined || seconds === undefined ? undefined : day + seconds;
}

/** Seconds of the day's beginning. */
export function dayS(date: string | undefined): number | undefined {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec((date ?? '').trim());
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return isCalendarDay(year, month, day) ? Date.UTC(year, month - 1, day) / 1000 : undefined;
}

/** Seconds since midnight. */
export function timeOfDayS(time: string | undefined): number | undefined {
  const match = /^(\d{2})(?::?(\d{2})(?::?(\d{2}(?:\.\d*)?))?)?$/.exec((time ?? '').trim());
  if (!match) return undefined;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  return hours < 24 && minutes < 60 && seconds < 61 ? 3600 * hours + 60 * minutes + seconds : undefined;
}

/** A DT value. A zone suffix is turned to `zone` (`+0100`, from TimezoneOffsetFromUTC) when both are stated. */
export function dateTimeS(value: string | undefined, zone?: string): number | undefined {
  const match = /^(\d{8})(\d{2,6}(?:\.\d*)?)([+-]\d{4})?$/.exec((value ?? '').trim());
  if (!match) return undefined;
  const moment = momentS(match[1], match[2]);
  const [stated, wanted] = [offsetS(match[3]), offsetS(zone)];
  if (moment === undefined || stated === undefined || wanted === undefined) return moment;
  return moment - stated + wanted;
}

/** `2020-12-17T08:30:45` for people. */
export function momentText(seconds: number): string {
  return new Date(Math.round(seconds) * 1000).toISOString().slice(0, 19);
}

function offsetS(zone: string | undefined): number | undefined {
  const match = /^([+-])(\d{2})(\d{2})$/.exec((zone ?? '').trim());
  return match ? (match[1] === '-' ? -60 : 60) * (60 * Number(match[2]) + Number(match[3])) : undefined;
}
