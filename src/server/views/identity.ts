import type { Dossier } from '../../dossier/analysis.ts';
import type { Identity } from '../../dossier/subject.ts';

const withheld = '[withheld]';
/** Shorter tokens of a name would take ordinary words with them. */
const shortestToken = 3;

/**
 * Replaces in every text of a view what says who the patient is: names (each part of them), numbers, birth dates, labels,
 * file paths. For accounts without `identity:read`. It is no de-identification: an image or a genome still is a person's.
 */
export function withoutIdentity<T>(
  view: T,
  dossier: Pick<Dossier, 'subject' | 'sources' | 'facts'>,
  identities: readonly Identity[],
): T {
  const birthFacts = dossier.facts.flatMap(({ type, value }) =>
    type === 'birth-date' && value?.type === 'date' ? [value.date] : [],
  );
  const names = [dossier.subject.label, ...identities.map(({ name }) => name ?? '')];
  const texts = [
    ...names,
    ...names.flatMap((name) => name.split(/[\s^,;.]+/)),
    ...identities.map(({ value }) => value),
    ...[...identities.map(({ birthDate }) => birthDate ?? ''), ...birthFacts].flatMap(writtenDates),
    ...dossier.sources.map(({ path }) => path),
  ].filter((text) => text.length >= shortestToken && text !== dossier.subject.id);
  if (texts.length === 0) return view;
  const longestFirst = [...new Set(texts)].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${longestFirst.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
  return replaceTexts(view, pattern) as T;
}

const months = {
  en: 'January February March April May June July August September October November December'.split(' '),
  de: 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' '),
};

/** A date as people and headers write it: `1961-03-17`, `19610317`, `17.03.1961`, `3/17/1961`, `17 March 1961`. */
function writtenDates(date: string): string[] {
  const parts = /^(\d{4})-(\d\d)-(\d\d)/.exec(date);
  if (parts === null) return [date];
  const [, year, month, day] = parts as unknown as [string, string, string, string];
  const short = { day: String(Number(day)), month: String(Number(month)) };
  const numbers = ['-', '.', '/', ' '].flatMap((mark) =>
    [
      [year, month, day],
      [day, month, year],
      [month, day, year],
      [short.day, short.month, year],
      [short.month, short.day, year],
    ].map((order) => order.join(mark)),
  );
  const english = months.en[Number(month) - 1] ?? month;
  const german = months.de[Number(month) - 1] ?? month;
  const named = [english, english.slice(0, 3)].flatMap((name) =>
    [day, short.day].flatMap((one) => [`${one} ${name} ${year}`, `${name} ${one}, ${year}`, `${name} ${one} ${year}`]),
  );
  const inGerman = [day, short.day].map((one) => `${one}. ${german} ${year}`);
  return [date, `${year}-${month}-${day}`, `${year}${month}${day}`, ...numbers, ...named, ...inGerman];
}

function escaped(text: string): string {
  // With the flag `u` a needless escape, such as that of a hyphen, is an error.
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Ids that the store makes; those that a view makes for itself may be of words of the record. */
const contentId = /^(?:[a-z-]+-)?[0-9a-f]{16,64}$/;

/** Keys that a page needs whole: they hold opaque ids and codes. */
const opaque = new Set([
  'id',
  'run',
  'slot',
  'blob',
  'sha256',
  'finding',
  'artifact',
  'source',
  'image',
  'region',
  'planRun',
]);

function replaceTexts(value: unknown, pattern: RegExp, key = ''): unknown {
  // Files of a series are named one by one; who named them may have written anything.
  if (key === 'path' && typeof value === 'string') return withheld;
  if (typeof value === 'string')
    return opaque.has(key) && contentId.test(value) ? value : value.replace(pattern, withheld);
  if (Array.isArray(value)) return value.map((one) => replaceTexts(one, pattern, key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replaceTexts(one, pattern, name)]));
}
