import type { Dossier } from '../../dossier/analysis.ts';
import type { Identity } from '../../dossier/subject.ts';
import { fold } from '../roster/fold.ts';
import { foldWithPlaces } from './foldedText.ts';
import { findNames, type KnownNames, knownNames, type Stretch } from './knownNames.ts';
import { type OwnWords, ownWords } from './ownWords.ts';

const withheld = '[withheld]';

/**
 * A view without what says who the patient is, for accounts without `identity:read`. Fields that hold identity are emptied
 * by their name; in every other text known names (each part, in any spelling, glued or not), numbers, birth dates and paths
 * are replaced, but never inside of labels and sentences of the program. It is no de-identification: an image or a genome
 * still is a person's.
 */
export function withoutIdentity<T>(
  view: T,
  dossier: Pick<Dossier, 'subject' | 'sources' | 'facts' | 'findings'>,
  identities: readonly Identity[],
): T {
  const { subject, sources, facts, findings } = dossier;
  const births = facts.flatMap(({ type, value }) =>
    type === 'birth-date' && value?.type === 'date' ? [value.date] : [],
  );
  const named = identities.flatMap(({ name }) => name ?? []);
  // A label may be a name or a number of the person; of several words it is hidden as a whole: they may be ordinary.
  const label = subject.label === subject.id ? [] : [subject.label];
  const single = label.filter((one) => !/[\s^_]/.test(one.trim()));
  const names = knownNames([...named, ...single], [...label, ...named]);
  const marks = [
    ...identities.map(({ value }) => numberPattern(value)),
    ...[...identities.flatMap(({ birthDate }) => birthDate ?? []), ...births].flatMap(writtenDates).map(exact),
    ...sources.flatMap(({ path }) => [path, path.split('/').at(-1)!]).map(exact),
  ].filter((one) => one !== undefined);
  const pattern = marks.length === 0 ? undefined : bounded([...new Set(marks)].sort((a, b) => b.length - a.length));
  let own: OwnWords | undefined;
  const words = () => {
    own ??= ownWords([...new Set(findings.map(({ measure }) => measure.display))]);
    return own;
  };
  return hide(view, { subject: subject.id, text: (text) => hideIn(text, names, pattern, words) }) as T;
}

/** The text with every stretch that says who it is about replaced. */
function hideIn(text: string, names: KnownNames, pattern: RegExp | undefined, own: () => OwnWords): string {
  const plain = fold(text);
  const isNamed = names.quick?.test(plain) === true;
  if (!isNamed && (pattern === undefined || plain.search(pattern) < 0)) return text;
  const { folded, at } = foldWithPlaces(text);
  const stretches: Stretch[] = isNamed ? findNames(text, names, own) : [];
  for (const match of pattern === undefined ? [] : folded.matchAll(pattern))
    stretches.push([at[match.index]!, at[match.index + match[0].length]!]);
  if (stretches.length === 0) return text;
  let said = '';
  let from = 0;
  for (const [start, end] of stretches.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (end <= from) continue;
    if (start >= from) said += `${text.slice(from, start)}${withheld}`;
    from = end;
  }
  return said + text.slice(from);
}

function bounded(patterns: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${patterns.join('|')})(?![\\p{L}\\p{N}])`, 'gu');
}

/** Shorter numbers would take ordinary ones with them; where they stand by themselves their field is emptied. */
const shortestNumber = 3;

/** A number with or without what stands between its groups: `MRN-77`, `MRN 77`, `MRN77`. */
function numberPattern(value: string): string | undefined {
  const groups = fold(value).match(/\p{L}+|\p{N}+/gu) ?? [];
  return groups.join('').length < shortestNumber ? undefined : groups.join('[^\\p{L}\\p{N}]{0,2}');
}

function exact(text: string): string | undefined {
  const folded = fold(text).trim();
  return folded.length < shortestNumber ? undefined : escaped(folded);
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

/** Fields that say who it is, by their names. */
const identity = new Set(['path', 'birthDate', 'birthDates', 'identifiers', 'names', 'numbers']);

/** Fields of `program` that a record fills where the program does not know better: a unit of a laboratory, a DICOM modality. */
const ofRecord = new Set(['unit', 'modality']);
/** What no unit and no code of a modality has: gaps, and letters enough for a name. */
const roomForName = /\s|\p{L}{5}/u;

/** Fields whose words are the program's own: states, grades and the like. */
const program = new Set([
  'level',
  'state',
  'stateLabel',
  'severity',
  'urgency',
  'unit',
  'type',
  'kind',
  'modality',
  'format',
]);

interface Hiding {
  subject: string;
  text(text: string): string;
}

function hide(value: unknown, hiding: Hiding, key = '', holder: object = {}): unknown {
  if (typeof value === 'string') {
    if (identity.has(key)) return withheld;
    if (key === 'label' && isAboutSubject(holder, hiding.subject)) return hiding.subject;
    const own = program.has(key) && !(ofRecord.has(key) && roomForName.test(value));
    if (own || (key === 'title' && ('room' in holder || 'level' in holder) && 'checks' in holder)) return value;
    return opaque.has(key) && contentId.test(value) ? value : hiding.text(value);
  }
  if (Array.isArray(value)) return value.map((one) => hide(one, hiding, key, holder));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      // What is in a field of identity is of it, however deep.
      hide(one, hiding, identity.has(key) ? key : name, value),
    ]),
  );
}

function isAboutSubject(holder: object, subject: string): boolean {
  return ('id' in holder && holder.id === subject) || ('subject' in holder && holder.subject === subject);
}
