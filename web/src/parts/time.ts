import { useTranslation } from 'react-i18next';

/** The day before the month, and 24 hours: what a hospital writes, whatever the country of the browser. */
export function localeOf(language: string): string {
  return language === 'en' ? 'en-GB' : language;
}

/** Instants as the reader writes them; a day stays a day. */
export function useInstant(): (at: string) => string {
  const { i18n } = useTranslation();
  return (at) => {
    const time = new Date(at);
    if (at.length <= 10 || Number.isNaN(time.getTime())) return at;
    return new Intl.DateTimeFormat(localeOf(i18n.language), { dateStyle: 'medium', timeStyle: 'short' }).format(time);
  };
}
