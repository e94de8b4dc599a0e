/** Whole days from one FHIR dateTime to another, by their calendar dates; a partial date counts from its first day. */
export function daysBetween(from: string, to: string): number {
  return Math.floor((utcDay(to) - utcDay(from)) / 86_400_000);
}

/** Completed years. Undefined when the birth date is unknown. */
export function ageInYears(birthDate: string | undefined, asOf: string): number | undefined {
  if (birthDate === undefined) return undefined;
  const [year, month = 1, day = 1] = birthDate.slice(0, 10).split('-').map(Number);
  const [thisYear, thisMonth = 1, thisDay = 1] = asOf.slice(0, 10).split('-').map(Number);
  const hadBirthday = thisMonth > month || (thisMonth === month && thisDay >= day);
  return thisYear - year - (hadBirthday ? 0 : 1);
}

function utcDay(dateTime: string): number {
  const [year, month = 1, day = 1] = dateTime.slice(0, 10).split('-').map(Number);
  return Date.UTC(year, month - 1, day);
}
