/** What the columns of a medication list mean, by their names in lower case without blanks, dashes and underscores. */
const meanings: Record<string, Meaning> = {
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
  frequency: 'perDay',
  freq: 'perDay',
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
  /** Names of the columns that nobody understands, where the rest leaves no doubt that it is a medication list. */
  unread?: readonly string[];
}

type Meaning = Exclude<keyof MedicationColumns, 'unread'>;

/**
 * The columns of a medication list, or undefined when this header is of something else. One column must speak of
 * medicines: a bare `name` is as often a person. Columns that nobody understands are borne only beside a named medicine
 * with its dose: a list of medicines that is left unread looks like a patient who takes none.
 */
export function medicationColumns(header: readonly string[]): MedicationColumns | undefined {
  const columns: MedicationColumns = {};
  const unread: string[] = [];
  let [speaks, named] = [false, false];
  for (const [index, cell] of header.entries()) {
    const key = cell.toLowerCase().replace(/[\s_-]+/g, '');
    const meaning = Object.hasOwn(meanings, key) ? meanings[key] : undefined;
    if (meaning === undefined || columns[meaning] !== undefined) {
      unread.push(cell);
      continue;
    }
    columns[meaning] = index;
    named ||= meaning === 'name' && key !== 'name' && key !== 'ingredient';
    speaks ||= (meaning === 'name' && key !== 'name') || ['rxnorm', 'atc', 'dose', 'perDay'].includes(meaning);
  }
  if (!speaks || (columns.name ?? columns.rxnorm ?? columns.atc) === undefined) return undefined;
  if (unread.length === 0) return columns;
  return named && columns.dose !== undefined ? { ...columns, unread } : undefined;
}
