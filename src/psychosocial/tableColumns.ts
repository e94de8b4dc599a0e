/** Which columns of a table hold what: one row an administration, a REDCap export, or one row an answer. */
import { type Instrument, mainScale } from './instrument.ts';
import { bareName, itemOf } from './recognise.ts';

/** A table as the readers of intake give it. */
export interface AnswerTable {
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** Line of the file on which each row begins. */
  lines: readonly number[];
}

export interface ItemColumn {
  index: number;
  name: string;
}

/** Columns of one instrument in a table with one row an administration. */
export interface FormColumns {
  instrument: Instrument;
  items: ItemColumn[];
  /** Date of this form alone (`phq9_date`, `phq9_timestamp`). */
  date?: number;
}

export interface TableColumns {
  id: number;
  date: number;
  /** Name of the instrument, and of its version, as the row states them. */
  instrument: number;
  version: number;
  /** One row an answer; the table then has no `forms`. */
  long?: { item: number; answer: number };
  forms: FormColumns[];
  /** Exported by REDCap: a row may belong to another form. */
  redcap: boolean;
}

const names = {
  id: /^(id|patient|patient_?id|subject|subject_?id|participant|participant_?id|record_?id|study_?id|mrn)$/i,
  date: /^(date|date_?time|at|answered|answered_?(at|on)|completed_?(at|on)|timestamp|authored|redcap_survey_timestamp)$/i,
  instrument: /^(instrument|questionnaire|scale|form)$/i,
  version: /^((instrument|form)_?)?version$/i,
  item: /^(item|question|linkid|item_?number)$/i,
  answer: /^(answer|response|value|score)$/i,
};

/** `name___3` is one choice of a REDCap checkbox; `redcap_...` and `..._complete` are its own. */
const ofRedcap = /___\w*$|^redcap_|_complete$/i;

/** Reads a header row. With `chosen` bare numbers and topics are its items; without it names must begin with an alias. */
export function readColumns(
  columns: readonly string[],
  instruments: readonly Instrument[],
  chosen?: Instrument,
): TableColumns {
  const find = (pattern: RegExp) => columns.findIndex((column) => pattern.test(column.trim()));
  const [id, date, instrument, version] = [names.id, names.date, names.instrument, names.version].map(find) as [
    number,
    number,
    number,
    number,
  ];
  const redcap = columns.some((column) => /^redcap_/i.test(column));
  const common = { id, date, instrument, version, redcap };
  const [item, answer] = [find(names.item), find(names.answer)] as [number, number];
  if (item >= 0 && answer >= 0 && (instrument >= 0 || chosen)) return { ...common, long: { item, answer }, forms: [] };
  const taken = new Set([id, date, instrument, version]);
  const forms = new Map<Instrument, FormColumns>();
  columns.forEach((column, index) => {
    const name = column.trim();
    if (taken.has(index) || ofRedcap.test(name)) return;
    const owner = chosen ? (belongsTo(chosen, name) ? chosen : undefined) : ownerOf(name, instruments);
    if (owner === undefined) return;
    const form = forms.get(owner) ?? { instrument: owner, items: [] };
    forms.set(owner, form);
    if (/(date|timestamp)$/i.test(name)) form.date ??= index;
    else form.items.push({ index, name });
  });
  return { ...common, forms: [...forms.values()].filter(({ items }) => items.length > 0) };
}

/** An item, a total, a date, or what looks like an item and is none: it is reported with each row. */
function belongsTo(instrument: Instrument, name: string): boolean {
  if (itemOf(instrument, { item: name, code: { system: 'LOINC', code: name, display: name } }) !== undefined)
    return true;
  if (/^(total|score|sum)$/i.test(name) && mainScale(instrument)) return true;
  return /^(?:item|question|q)[\s_.-]*\d+$/i.test(name) || restAfterAlias(instrument, name) !== undefined;
}

/** What follows the longest alias with which a name begins, when that is a number, a topic, a total or a date. */
function restAfterAlias(instrument: Instrument, name: string): { alias: number } | undefined {
  const bare = bareName(name);
  const found = [instrument.id, ...instrument.aliases]
    .map(bareName)
    .filter((alias) => bare.startsWith(alias) && bare.length > alias.length)
    .filter((alias) => {
      const rest = bare.slice(alias.length);
      if (/^(?:item|question|q|i)?\d{1,3}$|^(?:total|date|timestamp)$/.test(rest)) return true;
      return instrument.items.some((item) => [item.label, ...item.aliases].some((one) => bareName(one) === rest));
    })
    .map((alias) => alias.length);
  return found.length === 0 ? undefined : { alias: Math.max(...found) };
}

function ownerOf(name: string, instruments: readonly Instrument[]): Instrument | undefined {
  let best: { instrument: Instrument; alias: number } | undefined;
  for (const instrument of instruments) {
    const rest = restAfterAlias(instrument, name);
    if (rest && (best === undefined || rest.alias > best.alias)) best = { instrument, alias: rest.alias };
  }
  return best?.instrument;
}
