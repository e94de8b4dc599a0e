import type { Analysis, Dossier } from '../dossier/analysis.ts';
import { type Code, measure } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import type { FindingDraft, Value } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { aboveLabel, dosesPath, parseDoses } from './doses.ts';
import { drugsPath, indexDrugs } from './drugs.ts';
import {
  type Enzyme,
  enzymes,
  type InhibitorRow,
  inhibitorsOnList,
  inhibitorsPath,
  parseInhibitors,
} from './inhibitors.ts';
import { sourcesFinding } from './medicationSources.ts';
import {
  type MedicationLine,
  type MedicationList,
  type MedicationStatus,
  reconcileMedications,
  withdrawnIssues,
} from './medications.ts';

/** One measure for each state, so that a rule can ask for drugs that are taken without asking for a state. */
const measures: Record<MedicationStatus, Code> = {
  active: measure('active-medication', 'Medicine taken'),
  'as-needed': measure('active-medication', 'Medicine taken'),
  planned: measure('planned-medication', 'Medicine planned'),
  stopped: measure('stopped-medication', 'Medicine stopped'),
  unclear: measure('unclear-medication', 'Medicine, unclear whether taken'),
};

const words: Record<MedicationStatus, string> = {
  active: 'active',
  'as-needed': 'as needed',
  planned: 'planned',
  stopped: 'stopped',
  unclear: 'unclear',
};

function own(code: string, display: string): Code {
  return { system: 'idiograph', code, display };
}

export function medicationFacts(dossier: Dossier): Fact[] {
  return dossier.facts.filter((fact) => fact.type === 'medication' || fact.type === 'medication-list');
}

/** Medication facts -> one finding an ingredient, the list's own date, enzyme inhibitors, morphine equivalents. */
export const medications: Analysis = {
  id: 'clinical.medications',
  version: '1.1.0',
  title: 'Medication list',
  makes: [
    'medication-list',
    'active-medication',
    'planned-medication',
    'stopped-medication',
    'unclear-medication',
    'medication-start',
    'medication-sources',
    'enzyme-inhibition',
    'enzyme-induction',
  ],
  takes: [],
  knowledge: [drugsPath, inhibitorsPath, dosesPath],
  packs: [],
  peakMemoryMb: () => 2,
  method: 'medications.md',
  select(dossier) {
    const facts = medicationFacts(dossier);
    if (facts.every((fact) => fact.status === 'entered-in-error')) {
      return {
        selections: [],
        missing: [
          issue(
            'warning',
            'no-medication-list',
            'No medication list: interactions and phenoconversion are not assessed.',
            {
              remedy: 'Add a medication list, including drugs bought without prescription.',
            },
          ),
          ...withdrawnIssues(facts),
        ],
      };
    }
    return { selections: [{ title: 'all entries', inputs: { facts: facts.map((fact) => fact.id) } }], missing: [] };
  },
  async run(inputs, _options, context) {
    const used = new Set(inputs['facts']);
    const facts = medicationFacts(context.dossier).filter((fact) => used.has(fact.id));
    const list = reconcileMedications(facts, { drugs: indexDrugs(context.knowledge(drugsPath)) });
    context.emit.finding(listFinding(list));
    const doses = parseDoses(context.knowledge(dosesPath));
    for (const line of list.lines) {
      context.emit.finding(lineFinding(line, aboveLabel(line, doses)));
      context.emit.finding(sourcesFinding(line, context.dossier.sources));
      if (line.startedAt !== undefined) context.emit.finding(startFinding(line, line.startedAt));
    }
    const rows = parseInhibitors(context.knowledge(inhibitorsPath));
    for (const enzyme of enzymes) {
      for (const draft of enzymeFindings(list, enzyme, rows)) context.emit.finding(draft);
    }
  },
};

function listFinding(list: MedicationList): FindingDraft {
  const stopped = list.lines.filter((line) => line.status === 'stopped').length;
  const unclear = list.lines.filter((line) => line.status === 'unclear');
  const taken = list.lines.filter((line) => line.status === 'active' || line.status === 'as-needed').length;
  const issues = [...list.issues];
  if (unclear.length > 0) {
    issues.push(
      issue(
        'warning',
        'medication-unclear',
        `Unclear whether taken: ${unclear.map((line) => line.ingredient).join(', ')}.`,
        {
          remedy: 'Ask the person.',
        },
      ),
    );
  }
  if (list.dateIs === 'last-stated') {
    issues.push(
      issue(
        'info',
        'medication-list-not-reviewed',
        'No review of the list as a whole is on record; its date is that of the last entry.',
        {
          remedy: 'Go through the list with the person and record it.',
        },
      ),
    );
  }
  const value: Value = list.contradictory
    ? { type: 'code', code: own('contradictory', 'contradicts itself') }
    : list.statedEmpty
      ? { type: 'code', code: own('stated-empty', 'stated to be empty') }
      : { type: 'code', code: own('read', `${taken} taken, ${stopped} stopped`) };
  return {
    measure: measure('medication-list', 'Medication list'),
    codes: [{ system: 'LOINC', code: '10160-0', display: 'Medication list' }],
    ...(list.date ? { time: list.date } : {}),
    value,
    issues,
    derivedFrom: list.facts,
  };
}

/** Since when it has been taken without a stated break: what a rule about tolerance asks. */
function startFinding(line: MedicationLine, startedAt: string): FindingDraft {
  return {
    measure: measure('medication-start', 'Taken since'),
    ...(line.codes.length > 0 ? { codes: line.codes } : {}),
    site: drugCode(line.ingredient),
    time: startedAt,
    value: { type: 'code', code: own('since', `since ${startedAt.slice(0, 10)}`) },
    issues: [],
    derivedFrom: line.facts,
  };
}

function lineFinding(line: MedicationLine, more: readonly Issue[]): FindingDraft {
  // Less than once a day is no daily dose: 15 mg a week must not read as 2 mg a day.
  const sparse = line.perDay !== undefined && line.perDay < 1;
  const daily = line.status === 'active' && !sparse ? line.daily : undefined;
  return {
    measure: measures[line.status],
    ...(line.codes.length > 0 ? { codes: line.codes } : {}),
    site: drugCode(line.ingredient),
    ...(line.statedAt ? { time: line.statedAt } : {}),
    value: daily
      ? { type: 'quantity', value: daily.value, unit: daily.unit }
      : { type: 'code', code: own(line.status, doseInWords(line)) },
    issues: [...line.issues, ...more, ...(daily?.from === 'strength' ? [strengthIssue()] : [])],
    derivedFrom: line.facts,
  };
}

export function drugCode(name: string): Code {
  return { system: 'drug', code: name, display: name };
}

/** `as needed, 0.5 mg, at most 2 a day` */
function doseInWords(line: MedicationLine): string {
  const parts = [words[line.status]];
  if (line.status !== 'stopped' && line.dose && line.dose.unit !== '1')
    parts.push(`${line.dose.value} ${line.dose.unit}`);
  if (line.status === 'as-needed' && line.perDay !== undefined)
    parts.push(`at most ${Number(line.perDay.toPrecision(3))} a day`);
  else if (line.status !== 'stopped' && line.perDay !== undefined && line.perDay < 1)
    parts.push(`every ${Number((1 / line.perDay).toPrecision(3))} days`);
  if (line.overTheCounter) parts.push('bought without prescription');
  return parts.join(', ');
}

function strengthIssue(): Issue {
  return issue(
    'info',
    'dose-from-strength',
    'The daily dose is the number of pieces times the strength in the product name.',
    {
      remedy: 'Confirm the dose with the person.',
    },
  );
}

/** `strong by fluoxetine, lasting for weeks after it is stopped` */
function inhibitorInWords({ strength, drug, lasts }: InhibitorRow): string {
  return `${strength} by ${drug}${lasts === undefined ? '' : `, lasting for ${lasts} after it is stopped`}`;
}

/** One finding an enzyme and effect; `none` for inhibition when nothing on the list is known to inhibit it. */
function enzymeFindings(list: MedicationList, enzyme: Enzyme, rows: readonly InhibitorRow[]): FindingDraft[] {
  const found = inhibitorsOnList(list.lines, enzyme, rows);
  const unclear = list.lines.filter(
    (line) => line.status === 'unclear' && rows.some((row) => row.enzyme === enzyme && row.drug === line.ingredient),
  );
  return (['inhibitor', 'inducer'] as const).flatMap((effect) => {
    const drugs = found.filter((one) => one.effect === effect);
    if (drugs.length === 0 && effect === 'inducer') return [];
    const [strongest] = drugs;
    const issues: Issue[] = [];
    const unverified = drugs.filter((one) => !one.verified);
    if (unverified.length > 0) {
      issues.push(
        issue(
          'info',
          'inhibitor-unverified',
          `Strength not held against the primary table: ${unverified.map((one) => one.drug).join(', ')}.`,
        ),
      );
    }
    if (unclear.length > 0) {
      issues.push(
        issue(
          'warning',
          'medication-unclear',
          `Not counted, because unclear whether taken: ${unclear.map((line) => line.ingredient).join(', ')}.`,
          {
            remedy: 'Ask the person.',
          },
        ),
      );
    }
    const value: Value = {
      type: 'code',
      code: strongest
        ? own(strongest.strength, drugs.map(inhibitorInWords).join('; '))
        : own('none', 'nothing on the list is known to inhibit it'),
    };
    return [
      {
        measure:
          effect === 'inhibitor'
            ? measure('enzyme-inhibition', 'Enzyme inhibition by drugs on the list')
            : measure('enzyme-induction', 'Enzyme induction by drugs on the list'),
        site: { system: 'HGNC', code: enzyme, display: enzyme },
        ...(list.date ? { time: list.date } : {}),
        value,
        issues,
        derivedFrom: drugs.length > 0 ? [...new Set(drugs.flatMap((one) => one.facts))] : list.facts,
        evidence: drugs.map((one) => ({
          of: one.facts[0]!,
          place: one.drug,
          says: `${one.strength} ${one.effect}; ${one.source}${one.note ? `; ${one.note}` : ''}`,
        })),
      },
    ];
  });
}
