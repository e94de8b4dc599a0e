/** DICOM DA (`20140425`, ACR-NEMA `2014.04.25`) as `2014-04-25`; undefined for anything that is no date. */
export function isoDate(da: string | undefined): string | undefined {
  const match = /^(\d{4})[.-]?(\d{2})[.-]?(\d{2})$/.exec(da?.trim() ?? '');
  if (!match) return undefined;
  const [, year, month, day] = match;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day) ? undefined : `${year}-${month}-${day}`;
}

/** DICOM TM (`160422.68`, `16:04:22`, `1604`) as `16:04:22.68`; undefined for anything that is no time. */
export function isoTime(tm: string | undefined): string | undefined {
  const match = /^([01]\d|2[0-3]):?([0-5]\d)?:?([0-5]\d|60)?(?:\.(\d{1,6}))?$/.exec(tm?.trim() ?? '');
  if (!match) return undefined;
  const [, hours, minutes = '00', seconds = '00', fraction] = match;
  return `${hours}:${minutes}:${seconds === '60' ? '59' : seconds}${fraction ? `.${fraction}` : ''}`;
}

/** Seconds since midnight. */
export function secondsOfDay(tm: string | undefined): number | undefined {
  const time = isoTime(tm);
  if (time === undefined) return undefined;
  return Number(time.slice(0, 2)) * 3600 + Number(time.slice(3, 5)) * 60 + Number(time.slice(6));
}

/** Seconds since 1970 of a DA and a TM, without any time zone: good for differences within one study. */
export function secondsOf(da: string | undefined, tm: string | undefined): number | undefined {
  const seconds = secondsOfDay(tm);
  if (seconds === undefined) return undefined;
  const date = isoDate(da);
  return date === undefined ? seconds : Date.parse(`${date}T00:00:00Z`) / 1000 + seconds;
}

/** Seconds since 1970 of a DT (`20220711120905.225000`, offset ignored). */
export function secondsOfDateTime(dt: string | undefined): number | undefined {
  const text = dt?.trim().replace(/[+-]\d{4}$/, '');
  return text === undefined || text.length < 10 ? undefined : secondsOf(text.slice(0, 8), text.slice(8));
}

/**
 * FHIR dateTime of a DA and a TM. FHIR wants an offset beside a time: without TimezoneOffsetFromUTC only the date is
 * said, because a guessed offset would be a false statement.
 */
export function dateTime(da: string | undefined, tm: string | undefined, offset?: string): string | undefined {
  const date = isoDate(da);
  if (date === undefined) return undefined;
  const time = isoTime(tm);
  const zone = /^([+-]\d{2})(\d{2})$/.exec(offset ?? '');
  return time === undefined || zone === null ? date : `${date}T${time}${zone[1]}:${zone[2]}`;
}
