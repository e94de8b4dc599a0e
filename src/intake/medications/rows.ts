import type { Code } from '../../dossier/code.ts';
import type { FactStatus } from '../../dossier/fact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { timesADayOf } from '../fhir/facts/dosage.ts';
import type { Draft } from '../format.ts';
import { dateOfCell, numberOfCell, type Table } from '../table/csv.ts';
import { undated } from '../table/facts.ts';
import type { MedicationColumns } from './columns.ts';

type FactDraft = Draft['facts'][number];

const statuses: Record<string, FactStatus> = {
  active: 'active',
  current: 'active',
  taking: 'active',
  'as needed': 'active',
  'as-needed': 'active',
  prn: 'active',
  otc: 'active',
  stopped: 'stopped',
  discontinued: 'stopped',
  past: 'stopped',
  completed: 'completed',
  planned: 'planned',
  intended: 'planned',
  'entered-in-error': 'entered-in-error',
  unknown: 'unknown',
};
const asNeeded = new Set(['as needed', 'as-needed', 'prn']);

/** Medication facts of a list, one a row, by the patient that the row names (`''` where it names nobody). */
export function medicationsOf(table: Table, columns: MedicationColumns): Map<string, FactDraft[]> {
  const facts = new Map<string, FactDraft[]>();
  for (const [index, row] of table.rows.entries()) {
    const cell = (column: number | undefined) => (column === undefined ? '' : (row[column] ?? '').trim());
    const fact = factOf(columns, cell, `line ${table.lines[index]}`);
    if (fact === undefined) continue;
    const patient = cell(columns.patient);
    facts.set(patient, [...(facts.get(patient) ?? []), fact]);
  }
  return facts;
}

function factOf(
  columns: MedicationColumns,
  cell: (column: number | undefined) => string,
  place: string,
): FactDraft | undefined {
  const name = cell(columns.name);
  const [rxnorm, atc] = [cell(columns.rxnorm), cell(columns.atc)];
  const display = name || rxnorm || atc;
  if (display === '') return undefined;
  const issues: Issue[] = [];
  const codes: Code[] = [];
  if (/^\d{1,8}$/.test(rxnorm)) codes.push({ system: 'RxNorm', code: rxnorm, display });
  else if (rxnorm !== '') issues.push(notACode('RxNorm', rxnorm, place));
  if (/^[A-Z]\d{2}[A-Z]{2}\d{2}$/i.test(atc)) codes.push({ system: 'ATC', code: atc.toUpperCase(), display });
  else if (atc !== '') issues.push(notACode('ATC', atc, place));
  const text: Code = { system: 'text', code: display, display };
  const [code = text, ...others] = codes;
  const dose = quantityOf(cell(columns.dose), cell(columns.unit), place, issues);
  const perDay = timesOf(cell(columns.perDay), place, issues);
  const stated = cell(columns.status).toLowerCase();
  const date = dated(cell(columns.date), place, issues);
  const start = dated(cell(columns.start), place, issues);
  const end = dated(cell(columns.end), place, issues);
  return {
    place,
    type: 'medication',
    code,
    ...(others.length > 0 ? { codes: others } : {}),
    value: {
      type: 'medication',
      codes: codes.length > 0 ? codes : [text],
      ...(dose ? { dose } : {}),
      ...(perDay === undefined ? {} : { perDay }),
      ...(asNeeded.has(stated) ? { asNeeded: true } : {}),
      ...(stated === 'otc' || saysYes(cell(columns.overTheCounter)) ? { overTheCounter: true } : {}),
      ...(cell(columns.stopReason) === '' ? {} : { stopReason: cell(columns.stopReason) }),
      ...(cell(columns.response) === '' ? {} : { response: cell(columns.response) }),
      text: display,
    },
    ...(date ? { statedAt: date } : {}),
    ...(start || end ? { period: { ...(start ? { start } : {}), ...(end ? { end } : {}) } } : {}),
    status: statusOf(stated, end !== undefined, place, issues),
    isEvent: false,
    issues,
  };
}

function saysYes(text: string): boolean {
  return /^(?:yes|y|true|1|x|otc)$/i.test(text);
}

function statusOf(stated: string, hasEnd: boolean, place: string, issues: Issue[]): FactStatus {
  if (stated === '' && hasEnd) return 'stopped';
  if (stated === '') {
    const message = 'The list does not say whether this is taken; it is read as a list of what is taken.';
    issues.push(issue('info', 'medication-status-unstated', message, { place, remedy: 'Add a column status.' }));
    return 'active';
  }
  const known = Object.hasOwn(statuses, stated) ? statuses[stated] : undefined;
  if (known !== undefined) return known;
  const message = `"${stated.slice(0, 40)}" is no known state of a medicine.`;
  const remedy = 'Write active, as-needed, planned or stopped.';
  issues.push(issue('warning', 'medication-status-unknown', message, { place, remedy }));
  return 'unknown';
}

/** Hundreds of grams of a laxative or of a contrast medium are the most that one dose can be. */
const mostMg = 500_000;

function quantityOf(text: string, unit: string, place: string, issues: Issue[]) {
  if (text === '') return undefined;
  const together = /^([\d.]+)\s*([a-zA-Zµ%/]+)$/.exec(text);
  const value = numberOfCell(together?.[1] ?? text);
  const of = unit || together?.[2] || '';
  const inMg = { g: 1000, mg: 1, mcg: 0.001, ug: 0.001, µg: 0.001 }[of.toLowerCase()];
  if (value !== undefined && inMg !== undefined && value * inMg > mostMg) {
    const message = `The dose "${text.slice(0, 40)} ${unit}" is more than anybody takes at once.`;
    issues.push(issue('error', 'dose-implausible', message, { place, remedy: 'Check number and unit at the source.' }));
    return undefined;
  }
  if (value !== undefined && value > 0 && of !== '') return { value, unit: of };
  const why = value === undefined || value <= 0 ? 'is no amount' : 'has no unit';
  const remedy = 'Write the amount of one dose and its unit: 50 and mg.';
  issues.push(issue('warning', 'dose-unreadable', `The dose "${text.slice(0, 40)}" ${why}.`, { place, remedy }));
  return undefined;
}

const often: Readonly<Record<string, number>> = { once: 1, twice: 2, thrice: 3 };
const counts: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 };

/** Times a day: a number, an abbreviation (`BID`, `Q8H`), or plain words (`twice daily`, `every 8 hours`). */
function timesOf(text: string, place: string, issues: Issue[]): number | undefined {
  if (text === '') return undefined;
  const value = numberOfCell(text) ?? timesADayOf(text) ?? timesInWords(text.toLowerCase());
  if (value !== undefined && value > 0 && value <= 48) return value;
  const message = `"${text.slice(0, 40)}" is no number of times per day.`;
  issues.push(issue('warning', 'dose-unreadable', message, { place, remedy: 'Write a number such as 2.' }));
  return undefined;
}

function timesInWords(text: string): number | undefined {
  const words = text.slice(0, 60).trim();
  const day = '(?:daily|a day|per day|each day|every day|/ ?day)';
  const count = (word: string) => (/^\d+$/.test(word) ? Number(word) : counts[word]);
  const simple = new RegExp(`^(once|twice|thrice) ${day}$`).exec(words)?.[1];
  if (simple) return often[simple];
  const times = new RegExp(`^(\\d{1,2}|[a-z]+) ?(?:times|x) ${day}$`).exec(words)?.[1];
  if (times) return count(times);
  const hours = /^every (\d{1,2}|[a-z]+) (?:hours|h)$/.exec(words)?.[1];
  const every = hours && count(hours);
  if (every) return 24 / every;
  return /^(?:daily|every (?:day|night|morning|evening)|nightly|at (?:night|bedtime)|in the (?:morning|evening)|at bedtime)$/.test(
    words,
  )
    ? 1
    : undefined;
}

function dated(text: string, place: string, issues: Issue[]): string | undefined {
  if (text === '') return undefined;
  const date = dateOfCell(text);
  if (date === undefined) issues.push(undated(text, place, 'medication-date-unreadable'));
  return date;
}

function notACode(system: string, text: string, place: string): Issue {
  return issue('warning', 'code-unreadable', `"${text.slice(0, 40)}" is no ${system} code.`, {
    place,
    remedy: 'Correct it, or leave it empty and write the name.',
  });
}
