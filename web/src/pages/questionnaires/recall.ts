import type { TFunction } from 'i18next';

/** How far back a form looks, in the language of the page; nothing where the form states none. */
export function recallWords(t: TFunction, recall: string): string | undefined {
  const weeks = /^(\d+) weeks?$/.exec(recall)?.[1];
  if (weeks !== undefined) return t('questionnaires.recallWeeks', { count: Number(weeks) });
  return recall === 'none stated' || recall === '' ? undefined : t('questionnaires.recall', { recall });
}
