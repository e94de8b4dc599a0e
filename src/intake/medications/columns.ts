/** What the columns of a medication list mean, by their names in lower case without blanks, dashes and underscores. */
const meanings: Record<string, keyof MedicationColumns> = {
  name: 'name',
  drug: 'name',
  drugname: 'name',
  medication: 'name',
  medicationname: 'name',
  medicine: 'name',
  ingredient: 'name',
  rxnorm: 'rxnorm',
  rxcui: 'rxnorm',
  rxnormid: 'rxnorm',
  atc: 'atc',
  atccode: 'atc',
  dose: 'dose',
  strength: 'dose',
  unit: 'unit',
  doseunit: 'unit',
  perday: 'perDay',
  timesperday: 'perDay',
  status: 'status',
  date: 'date',
  statedat: 'date',
  asof: 'date',
  start: 'start',
  startdate: 'start',
  end: 'end',
  enddate: 'end',
  stop: 'end',
  otc: 'overTheCounter',
  overthecounter: 'overTheCounter',
  stopreason: 'stopReason',
  reasonstopped: 'stopReason',
  whystopped: 'stopReason',
  response: 'response',
  effect: 'response',
  patient: 'patient',
  patientid: 'patient',
  mrn: 'patient',
};

/** Index of each column that is there. */
export interface MedicationColumns {
  name?: number;
  rxnorm?: number;
  atc?: number;
  dose?: number;
  unit?: number;
  perDay?: number;
  status?: number;
  date?: number;
  start?: number;
  end?: number;
  overTheCounter?: number;
  stopReason?: number;
  response?: number;
  patient?: number;
}

/**
 * The columns of a medication list, or undefined when this header is of something else. Every column must be known, and
 * one must speak of medicines: a bare `name` is as often a person.
 */
export function medicationColumns(header: readonly string[]): MedicationColumns | undefined {
  const columns: MedicationColumns = {};
  let speaks = false;
  for (const [index, cell] of header.entries()) {
    const key = cell.toLowerCase().replace(/[\s_-]+/g, '');
    const meaning = Object.hasOwn(meanings, key) ? meanings[key] : undefined;
    if (meaning === undefined || columns[meaning] !== undefined) return undefined;
    columns[meaning] = index;
    speaks ||= (meaning === 'name' && key !== 'name') || ['rxnorm', 'atc', 'dose', 'perDay'].includes(meaning);
  }
  return speaks && (columns.name ?? columns.rxnorm ?? columns.atc) !== undefined ? columns : undefined;
}
