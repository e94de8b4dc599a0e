import { useTranslation } from 'react-i18next';
import type { PatientRow } from '../../../../src/server/api/patients.ts';
import { localeOf } from '../../parts/time.ts';

/** Making one costs more than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function dayFormat(language: string): Intl.DateTimeFormat {
  const format =
    formats.get(language) ?? new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeZone: 'UTC' });
  formats.set(language, format);
  return format;
}

/** How a line of the list is read. */
export function useWords() {
  const { t, i18n } = useTranslation();
  const day = (date: string) => {
    if (!/^\d{4}-\d{2}-\d{2}/.test(date)) return date;
    const time = new Date(`${date.slice(0, 10)}T00:00:00Z`);
    return Number.isNaN(time.getTime()) ? date : dayFormat(i18n.language).format(time);
  };
  const modality = (name: string) => t(`patients.modality.${name}`, { defaultValue: name });
  return {
    day,
    modality,
    numbers: ({ numbers, label }: PatientRow) => [
      ...new Set(numbers.map(({ value }) => value).filter((value) => value !== label)),
    ],
    births: ({ birthDates }: PatientRow) => birthDates.map(day),
    data: ({ data }: PatientRow) =>
      data.map((one) => (one.count === 1 ? modality(one.modality) : `${modality(one.modality)} ${one.count}`)),
  };
}
