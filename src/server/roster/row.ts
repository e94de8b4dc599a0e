import { contentSystem, declaredSystem, lookalikeKeys } from '../../dossier/identityMarks.ts';
import type { SafetyCheck } from '../../dossier/recommendation.ts';
import type { Overview } from '../../dossier/store.ts';
import type { Sex } from '../../dossier/subject.ts';
import { dateWord, fold, words } from './fold.ts';

export type Urgency = SafetyCheck['urgency'];
export const urgencies: readonly Urgency[] = ['now', 'open', 'historic', 'none'];

/** What the list of patients shows of one. Without identity: no label, name, number, date of birth. */
export interface RosterRow {
  subject: string;
  /** The id where identity is withheld. */
  label: string;
  names: string[];
  numbers: { system: string; value: string }[];
  birthDates: string[];
  sex?: Sex;
  composite: boolean;
  synthetic: boolean;
  mergedInto?: string;
  /** Sources by modality. */
  data: { modality: string; count: number; latest?: string }[];
  facts: number;
  findings: number;
  /** Newest acquisition or encounter. */
  lastVisit?: string;
  /** The most urgent state of all safety checks, and how many ask for something today or at all. */
  safety: { urgency: Urgency; now: number; open: number; checks: { display: string; urgency: Urgency }[] };
  /** Others with the same name and date of birth, or the same number from another issuer. */
  alike: string[];
  /** Store sequence of the last change. */
  sequence: number;
}

/** A row with what finding and sorting need. */
export interface IndexedRow {
  row: RosterRow;
  /** ` word word`: names, numbers, dates, id. */
  full: string;
  /** The same without identity: id and modalities. */
  bare: string;
  /** Folded label, for sorting. */
  sortLabel: string;
  marks: string[];
  modalities: string[];
  /** Rank of the most urgent check, 0 for `now`. */
  urgency: number;
  isMerged: boolean;
}

/** Checks that a row names; the rest is counted. */
const mostChecks = 4;

/** A row with all that search, order and filters look at. */
export function indexedRow(overview: Overview): IndexedRow {
  const { subject, identities, counts, data, encounter, checks, urgentLines, sequence } = overview;
  const claims = identities.filter(({ system }) => system !== contentSystem);
  const names = distinct(claims.map(({ name }) => name?.replace(/\^+/g, ' ').trim()));
  const birthDates = distinct(claims.map(({ birthDate }) => birthDate?.slice(0, 10)));
  const sexes = distinct(claims.map(({ sex }) => sex));
  const numbers = claims.map(({ system, value }) => ({ system, value }));
  // A plan line that cannot wait counts as a check that cannot: neither may look calm in a list.
  const lines = urgentLines.map((display) => ({ display, urgency: 'now' as const }));
  const sorted = [...checks, ...lines].sort((a, b) => rank(a.urgency) - rank(b.urgency));
  const lastVisit = [encounter, ...data.map(({ latest }) => latest)]
    .filter((one) => one !== undefined)
    .sort()
    .at(-1);
  const row: RosterRow = {
    subject: subject.id,
    label: subject.label,
    names,
    numbers,
    birthDates,
    ...(sexes.length === 1 && { sex: sexes[0] as Sex }),
    composite: subject.composite,
    synthetic: subject.synthetic,
    ...(subject.mergedInto !== undefined && { mergedInto: subject.mergedInto }),
    data,
    facts: counts.fact ?? 0,
    findings: counts.finding ?? 0,
    ...(lastVisit !== undefined && { lastVisit }),
    safety: {
      urgency: sorted[0]?.urgency ?? 'none',
      now: sorted.filter(({ urgency }) => urgency === 'now').length,
      open: sorted.filter(({ urgency }) => urgency === 'open').length,
      checks: sorted.slice(0, mostChecks).map(({ display, urgency }) => ({ display, urgency })),
    },
    alike: [],
    sequence,
  };
  const dates = birthDates.flatMap((date) => dateWord(date) ?? words(date));
  const glued = numbers.map(({ value }) => fold(value).replace(/[^\p{L}\p{N}]+/gu, ''));
  const texts = [subject.id, subject.label, ...names, ...numbers.map(({ value }) => value)];
  return {
    row,
    full: haystack([...texts.flatMap(words), ...glued, ...dates]),
    bare: haystack([subject.id, ...data.map(({ modality }) => modality)].flatMap(words)),
    sortLabel: fold(subject.label),
    marks: claims.filter(({ system }) => system !== declaredSystem).flatMap(lookalikeKeys),
    modalities: data.map(({ modality }) => modality),
    urgency: rank(row.safety.urgency),
    isMerged: subject.mergedInto !== undefined,
  };
}

/** What somebody sees who may know that there is a patient, and not who. */
export function withoutIdentity({ subject, data, ...row }: RosterRow): RosterRow {
  const { composite, synthetic, facts, findings, safety, sequence, sex } = row;
  return {
    subject,
    label: subject,
    names: [],
    numbers: [],
    birthDates: [],
    ...(sex !== undefined && { sex }),
    composite,
    synthetic,
    ...(row.mergedInto !== undefined && { mergedInto: row.mergedInto }),
    data,
    facts,
    findings,
    ...(row.lastVisit !== undefined && { lastVisit: row.lastVisit }),
    safety,
    alike: [],
    sequence,
  };
}

/** The more urgent, the smaller. */
export function rank(urgency: Urgency): number {
  return urgencies.indexOf(urgency);
}

function haystack(all: readonly string[]): string {
  return all.length === 0 ? '' : ` ${[...new Set(all)].join(' ')}`;
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined && value !== ''))] as string[];
}
