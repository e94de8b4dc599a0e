import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

/** Languages of the page. Findings, plan lines and method texts come from the server in English. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

const load: Record<Language, () => Promise<{ default: Record<string, unknown> }>> = {
  en: () => import('../messages/en.ts'),
  de: () => import('../messages/de.ts'),
};
const keptAs = 'idiograph-language';

function preferred(): Language {
  const wanted = [localStorage.getItem(keptAs), ...navigator.languages].map((one) => one?.slice(0, 2));
  return (wanted.find((one) => one !== undefined && one in languages) as Language | undefined) ?? 'en';
}

/** Loads one language only. `t('signIn.title')`: file, then key. */
export async function startLanguage(): Promise<void> {
  const language = preferred();
  const messages = (await load[language]()).default;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: messages } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
}

export async function setLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation'))
    i18next.addResourceBundle(language, 'translation', (await load[language]()).default);
  localStorage.setItem(keptAs, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
