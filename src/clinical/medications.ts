import type { Code } from '../dossier/code.ts';
import { daysBetween } from '../dossier/dateTime.ts';
import type { Fact } from '../dossier/fact.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { type DailyDose, dailyDose, doseIsAmbiguous } from './dose.ts';
import { classesOf, codesOfDrug, type Drug, type DrugIndex, ingredientsOf, loadDrugs } from './drugs.ts';

/** `unclear`: on hold, unknown, or seen only as dispensed or given. */
export type MedicationStatus = 'active' | 'as-needed' | 'planned' | 'stopped' | 'unclear';

/** What the record says of one ingredient. */
export interface MedicationLine {
  /** Ingredient name of the knowledge file, or the source's own words in lower case. */
  ingredient: string;
  /** False when the ingredient is not in the knowledge file: no rule can speak about it. */
  known: boolean;
  codes: Code[];
  classes: string[];
  status: MedicationStatus;
  dose?: { value: number; unit: string };
  perDay?: number;
  daily?: DailyDose;
  /** When it was last stated. */
  statedAt?: string;
  /** Start of the deciding entry when the drug is taken: an earlier, stopped course does not count. */
  startedAt?: string;
  /** Earliest start or statement of the entries. */
  since?: string;
  /** Some entry says that it was bought without prescription. */
  overTheCounter: boolean;
  /** What each source states last, the newest first. Doses given or dispensed are left out where an order or statement is there. */
  statements: Statement[];
  /** Facts behind the line, the deciding one first. */
  facts: string[];
  issues: Issue[];
}

/** The last word of one source about one ingredient. */
export interface Statement {
  fact: string;
  source: string;
  place: string;
  status: MedicationStatus;
  daily?: DailyDose;
  statedAt?: string;
  byPatient: boolean;
}

export interface MedicationList {
  /** `absent`: no list and no medicine is on record, which is not the same as taking none. */
  state: 'current' | 'stale' | 'absent';
  /** Two entries of one date contradict each other. */
  contradictory: boolean;
  /** When somebody last went through the list as a whole; else when any medicine was last stated. */
  date?: string;
  dateIs?: 'reviewed' | 'last-stated';
  /** Somebody stated that no medicines are taken. */
  statedEmpty: boolean;
  lines: MedicationLine[];
  facts: string[];
  issues: Issue[];
}

export interface ReconcileOptions {
  /** FHIR date that counts as today. Without it nothing is called stale. */
  asOf?: string;
  /** A list older than this is stale. */
  staleAfterDays?: number;
  drugs?: DrugIndex;
}

/**
 * One line an ingredient out of all medication facts. The newest entry that is an order or a statement decides; doses
 * that were given or dispensed only add evidence. An entry of the same date that contradicts leaves the line active and
 * says so: a drug that may be taken must not vanish from the interactions.
 */
export function reconcileMedications(facts: readonly Fact[], options: ReconcileOptions = {}): MedicationList {
  const { asOf, staleAfterDays = 90, drugs = loadDrugs() } = options;
  const entries = facts.filter((fact) => fact.type === 'medication' && fact.status !== 'entered-in-error');
  const reviews = facts
    .filter(
      (fact) => fact.type === 'medication-list' && fact.status !== 'entered-in-error' && fact.status !== 'stopped',
    )
    .sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
  const lines = groupByIngredient(entries, drugs).map((group) => lineOf(group, drugs));
  const reviewed = reviews.find((fact) => fact.at !== undefined)?.at;
  const lastStated = entries
    .map(dateOf)
    .filter((date) => date !== undefined)
    .sort()
    .at(-1);
  const date = reviewed ?? lastStated;
  const issues = reviews.flatMap((fact) => fact.issues);
  const seen = entries.length > 0 || reviews.length > 0;
  issues.push(...withdrawnIssues(facts));
  if (seen && date === undefined) {
    issues.push(
      issue('warning', 'medication-list-undated', 'Nothing says when the medicines were last gone through.', {
        remedy: 'Confirm the list with the person.',
      }),
    );
  }
  const old = asOf !== undefined && (date === undefined || daysBetween(date, asOf) > staleAfterDays);
  return {
    state: !seen ? 'absent' : old ? 'stale' : 'current',
    contradictory: lines.some((line) => line.issues.some((one) => one.code === 'medication-contradictory')),
    ...(date === undefined ? {} : { date, dateIs: reviewed === undefined ? 'last-stated' : 'reviewed' }),
    statedEmpty: lines.length === 0 && reviews.length > 0,
    lines: lines.sort((a, b) => (a.ingredient < b.ingredient ? -1 : 1)),
    facts: [...reviews, ...entries].map((fact) => fact.id).sort(),
    issues,
  };
}

/** What the record took back may have been meant for another drug or dose: its absence is no statement. */
export function withdrawnIssues(facts: readonly Fact[]): Issue[] {
  const withdrawn = facts.filter((fact) => fact.type === 'medication' && fact.status === 'entered-in-error');
  if (withdrawn.length === 0) return [];
  const names = [...new Set(withdrawn.map((fact) => fact.code.display))].sort().join(', ');
  return [
    issue(
      'warning',
      'medication-entered-in-error',
      `The record took back as entered in error: ${names}; not counted.`,
      {
        remedy: 'Ask whether it is taken, and what was meant instead.',
      },
    ),
  ];
}

function dateOf(fact: Fact): string | undefined {
  return fact.statedAt ?? fact.at ?? fact.period?.start;
}

interface Group {
  ingredient: string;
  drug?: Drug;
  facts: Fact[];
}

const topical = /\b(?:topical|cream|ointment|gel|shampoo|ophthalmic|otic|eye drops)\b/i;

function groupByIngredient(entries: readonly Fact[], drugs: DrugIndex): Group[] {
  const groups = new Map<string, Group>();
  const add = (ingredient: string, fact: Fact, drug?: Drug) => {
    const group = groups.get(ingredient) ?? { ingredient, ...(drug ? { drug } : {}), facts: [] };
    group.facts.push(fact);
    groups.set(ingredient, group);
  };
  for (const fact of entries) {
    const codes = fact.value?.type === 'medication' ? [...fact.value.codes, fact.code] : [fact.code];
    const words = fact.value?.type === 'medication' ? fact.value.text.split(':')[0]! : '';
    const ingredients = ingredientsOf([...codes, ...(fact.codes ?? [])], words, drugs);
    // What stays on the skin or in the eye reaches no liver enzyme: a line of its own, of which no rule speaks.
    if (topical.test(fact.code.display) || topical.test(words)) {
      for (const drug of ingredients) add(`${drug.name}, topical`, fact);
    } else for (const drug of ingredients) add(drug.name, fact, drug);
    if (ingredients.length === 0) add(plainName(fact.code.display), fact);
  }
  return [...groups.values()];
}

/** Lower case, without strength and form: what stands before the first number. */
export function plainName(display: string): string {
  const before = display.toLowerCase().split(/\s+\d/)[0]!.trim();
  return before === '' ? display.toLowerCase() : before;
}

const statuses: Record<Fact['status'], MedicationStatus> = {
  active: 'active',
  planned: 'planned',
  stopped: 'stopped',
  completed: 'stopped',
  unknown: 'unclear',
  'entered-in-error': 'stopped',
};

function lineOf({ ingredient, drug, facts }: Group, drugs: DrugIndex): MedicationLine {
  const sorted = [...facts].sort(
    (a, b) =>
      Number(a.isEvent) - Number(b.isEvent) ||
      (dateOf(b) ?? '').localeCompare(dateOf(a) ?? '') ||
      // Of one date: what is taken comes before what is not.
      Number(a.status !== 'active') - Number(b.status !== 'active') ||
      (a.id < b.id ? -1 : 1),
  );
  const [decides] = sorted;
  const value = decides!.value?.type === 'medication' ? decides!.value : undefined;
  const issues = [...decides!.issues];
  const names = drug ? [drug.name, ...(drug.aliases ?? [])] : [ingredient];
  const daily = dailyDose(decides!, names);
  const statedAt = dateOf(decides!);
  const since = facts
    .flatMap((fact) => [fact.period?.start, dateOf(fact)])
    .filter((date) => date !== undefined)
    .sort()[0];
  issues.push(...contradictions(ingredient, sorted, names));
  if (doseIsAmbiguous(decides!)) {
    const message = `The dose of ${ingredient} is stated as an amount a day and as taken ${value!.perDay} times a day: no daily dose is read.`;
    issues.push(
      issue('warning', 'dose-unit-ambiguous', message, {
        place: decides!.place,
        remedy: 'Ask for the amount of one dose.',
      }),
    );
  }
  if (!drug && !ingredient.endsWith(', topical')) {
    issues.push(
      issue('info', 'drug-unknown', `"${ingredient}" is not in the list of ingredients; no rule can speak about it.`, {
        remedy: 'Check it by hand.',
      }),
    );
  }
  const status = statusOf(decides!, value?.asNeeded === true, issues);
  const startedAt = status === 'active' || status === 'as-needed' ? decides!.period?.start : undefined;
  return {
    ingredient,
    known: drug !== undefined,
    codes: drug ? codesOfDrug(drug) : (value?.codes ?? []),
    classes: drug ? classesOf(drug, drugs) : [],
    status,
    ...(value?.dose ? { dose: value.dose } : {}),
    ...(value?.perDay === undefined ? {} : { perDay: value.perDay }),
    ...(daily ? { daily } : {}),
    ...(statedAt ? { statedAt } : {}),
    ...(startedAt ? { startedAt } : {}),
    ...(since ? { since } : {}),
    overTheCounter: facts.some((fact) => fact.value?.type === 'medication' && fact.value.overTheCounter === true),
    statements: statementsOf(sorted, names),
    facts: sorted.map((fact) => fact.id),
    issues,
  };
}

/** `sorted`: entries of one ingredient, the deciding one first. */
function statementsOf(sorted: readonly Fact[], names: readonly string[]): Statement[] {
  const spoken = sorted.some((fact) => !fact.isEvent) ? sorted.filter((fact) => !fact.isEvent) : sorted;
  const bySource = [...Map.groupBy(spoken, ({ source }) => source).values()].map(([last]) => last!);
  return bySource.map((fact): Statement => {
    const value = fact.value?.type === 'medication' ? fact.value : undefined;
    const daily = dailyDose(fact, names);
    const statedAt = dateOf(fact);
    return {
      fact: fact.id,
      source: fact.source,
      place: fact.place,
      status: statusOf(fact, value?.asNeeded === true, []),
      ...(daily ? { daily } : {}),
      ...(statedAt ? { statedAt } : {}),
      byPatient: value?.statedBy === 'patient',
    };
  });
}

function statusOf(decides: Fact, asNeeded: boolean, issues: Issue[]): MedicationStatus {
  const status = decides.isEvent ? 'unclear' : statuses[decides.status];
  if (status === 'unclear') {
    issues.push(
      issue('warning', 'medication-unclear', 'The record does not say whether this is taken now.', {
        remedy: 'Ask the person.',
      }),
    );
  }
  return status === 'active' && asNeeded ? 'as-needed' : status;
}

/** Entries of the deciding entry's date that say otherwise, and other active entries with another dose. */
function contradictions(ingredient: string, sorted: readonly Fact[], names: readonly string[]): Issue[] {
  const [decides, ...others] = sorted;
  if (decides!.status !== 'active' || decides!.isEvent) return [];
  const issues: Issue[] = [];
  const sameDay = others.filter(
    (fact) => !fact.isEvent && sameDate(fact, decides!) && statuses[fact.status] === 'stopped',
  );
  if (sameDay.length > 0) {
    issues.push(
      issue('warning', 'medication-contradictory', `${ingredient} is stated as taken and as stopped on one date.`, {
        remedy: 'Ask whether it is taken.',
      }),
    );
  }
  const own = dailyDose(decides!, names);
  const doses = others
    .filter((fact) => !fact.isEvent && fact.status === 'active')
    .map((fact) => dailyDose(fact, names))
    .filter((dose) => dose !== undefined && (dose.value !== own?.value || dose.unit !== own.unit));
  if (doses.length > 0) {
    issues.push(
      issue(
        'warning',
        'medication-several-entries',
        `${ingredient} has ${doses.length + 1} active entries with different doses; the newest is shown.`,
        {
          remedy: 'Ask which doses are taken together.',
        },
      ),
    );
  }
  return issues;
}

function sameDate(a: Fact, b: Fact): boolean {
  return (dateOf(a) ?? '').slice(0, 10) === (dateOf(b) ?? '').slice(0, 10);
}
