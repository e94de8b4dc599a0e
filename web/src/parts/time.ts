import { useTranslation } from 'react-i18next';

/** Instants as the reader writes them; a day stays a day. */
export function useInstant(): (at: string) => string {
  const { i18n } = useTranslation();
  return (at) => {
    const time = new Date(at);
    if (at.length <= 10 || Number.isNaN(time.getTime())) return at;
    return new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' }).format(time);
  };
}
