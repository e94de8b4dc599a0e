/** Which columns of a table hold what: one row an administration, a REDCap export, or one row an answer. */
import { bareName, type FormNames, restAfterName } from './formNames.ts';

export interface ItemColumn {
  index: number;
  /** As the reader of the answers knows the item: the name of the column, or the item that a tick answers. */
  item: string;
}

/** Columns of one questionnaire in a table with one row an administration. */
export interface FormColumns {
  form: FormNames;
  /** As the columns call it: `phq9`. */
  name: string;
  items: ItemColumn[];
  /** Date of this form alone (`phq9_date`, `phq9_timestamp`), its version, its state in REDCap; -1: none. */
  date: number;
  version: number;
  complete: number;
}

/** Indices of columns; -1 where the table has none. */
export interface AnswerColumns {
  patient: number;
  date: number;
  /** Time of day beside a column of days. */
  time: number;
  /** Name of the questionnaire, and of its version, as the row states them. */
  instrument: number;
  version: number;
  /** One row an answer; the table then has no `forms`. */
  long?: { item: number; answer: number };
  forms: FormColumns[];
  /** `item1` ... in a table whose rows name the questionnaire themselves. */
  ofRow: ItemColumn[];
  /** Exported by REDCap: a row may belong to another form, event or repeat. */
  redcap?: { event: number; repeatOf: number; instance: number };
}

const names = {
  patient: /^(id|patient|patient_?id|subject|subject_?id|participant|participant_?id|record_?id|study_?id|mrn)$/i,
  date: /^(date|date_?time|at|answered|answered_?(at|on)|completed_?(at|on)|timestamp|authored|redcap_survey_timestamp)$/i,
  time: /^(time|time_?of_?day|clock)$/i,
  instrument: /^(instrument|questionnaire|scale|form)$/i,
  version: /^((instrument|form)_?)?version$/i,
  item: /^(item|question|linkid|item_?number)$/i,
  answer: /^(answer|response|value|score)$/i,
};

/** A longer name is no name, and would cost time. */
export const longestName = 200;

/** Columns that REDCap adds itself. */
const ofRedcap = /^redcap_/i;

/**
 * Reads a header row. With `chosen` bare numbers and topics are its items; without it names must begin with a name of a
 * form, or the rows must name theirs.
 */
export function readColumns(
  columns: readonly string[],
  forms: readonly FormNames[],
  chosen?: FormNames,
): AnswerColumns {
  const find = (pattern: RegExp) => columns.findIndex((column) => pattern.test(column.trim()));
  const common = {
    patient: find(names.patient),
    date: find(names.date),
    time: find(names.time),
    instrument: find(names.instrument),
    version: find(names.version),
    ...(columns.some((column) => /^redcap_(event|repeat|survey)/i.test(column.trim()))
      ? {
          redcap: {
            event: find(/^redcap_event_name$/i),
            repeatOf: find(/^redcap_repeat_instrument$/i),
            instance: find(/^redcap_repeat_instance$/i),
          },
        }
      : {}),
  };
  const [item, answer] = [find(names.item), find(names.answer)];
  if (item >= 0 && answer >= 0 && (common.instrument >= 0 || chosen)) {
    return { ...common, long: { item, answer }, forms: [], ofRow: [] };
  }
  const taken = new Set([common.patient, common.date, common.time, common.instrument, common.version]);
  const found = new Map<FormNames, FormColumns>();
  const ofRow: ItemColumn[] = [];
  const known = new Set(columns.map((column) => column.trim()));
  columns.forEach((column, index) => {
    const name = repeatedName(column.trim(), known);
    if (taken.has(index) || name.length > longestName || ofRedcap.test(name)) return;
    const owner = chosen ? (belongsTo(chosen, name) ? chosen : undefined) : ownerOf(name, forms);
    if (owner === undefined) {
      if (common.instrument >= 0 && /^(?:item|question|q)[\s_.-]*\d+$|^total$/i.test(name))
        ofRow.push({ index, item: name });
      return;
    }
    const of = found.get(owner) ?? {
      form: owner,
      name: prefixOf(owner, name),
      items: [],
      date: -1,
      version: -1,
      complete: -1,
    };
    found.set(owner, of);
    sort(of, name, index);
  });
  return { ...common, forms: [...found.values()].filter(({ items }) => items.length > 0), ofRow };
}

/**
 * A column that stands twice is read as `item9 (2)`; it is item 9 all the same, and what it says must not be lost beside
 * the first one.
 */
function repeatedName(name: string, columns: ReadonlySet<string>): string {
  const base = /^(.+) \(\d+\)$/.exec(name.slice(0, longestName))?.[1];
  return base !== undefined && columns.has(base) ? base : name;
}

function sort(of: FormColumns, name: string, index: number): void {
  if (/(date|timestamp)$/i.test(name)) of.date = of.date < 0 ? index : of.date;
  else if (/complete$/i.test(name)) of.complete = index;
  else if (/version$/i.test(name)) of.version = index;
  else of.items.push({ index, item: tickedItem(of.form, name) ?? name });
}

/**
 * `acr2016___7`: choice 7 of a checkbox that is the form answers item 7; `dn4_3___1`: the only choice of a box that is an
 * item. Undefined for other columns.
 */
function tickedItem(form: FormNames, name: string): string | undefined {
  const tick = /^(.*?)___(\d+)$/.exec(name);
  if (!tick) return undefined;
  const item = form.aliases.includes(bareName(tick[1]!)) ? tick[2]! : tick[1]!;
  return item;
}

/** Whether a checkbox column can be read as an item: a tick is 0 or 1, so only a yes-or-no item can be one. */
function isTick(form: FormNames, name: string): boolean {
  const [, base, choice] = /^(.*?)___(\w+)$/.exec(name) ?? [];
  if (base === undefined) return true;
  const rest = restAfterName(form, base)?.rest;
  const number = form.aliases.includes(bareName(base)) ? choice : choice === '1' ? rest?.match(/\d+$/)?.[0] : undefined;
  const item = form.items.find((one) => String(one.number) === number);
  return item !== undefined && item.min === 0 && item.max === 1;
}

/** An item, a total, a date, or what looks like an item and is none: it is reported with each row. */
function belongsTo(form: FormNames, name: string): boolean {
  if (name.includes('___')) return isTick(form, name);
  const bare = bareName(name);
  const number = /^(?:item|question|q|i)?0*([1-9]\d*)$/.exec(bare)?.[1];
  if (number !== undefined && (form.items.some((item) => item.number === Number(number)) || !/^\d/.test(bare)))
    return true;
  if (form.items.some(({ names: own, codes }) => own.includes(bare) || codes.includes(name))) return true;
  if (form.codes.includes(name) || form.aside.includes(bare)) return true;
  if (/^(total|score|sum)$/i.test(name) && form.hasTotal) return true;
  return restAfterName(form, name) !== undefined;
}

function ownerOf(name: string, forms: readonly FormNames[]): FormNames | undefined {
  const base = name.split('___')[0]!;
  let best: { form: FormNames; length: number } | undefined;
  for (const form of forms) {
    const length =
      base !== name && form.aliases.includes(bareName(base))
        ? bareName(base).length
        : restAfterName(form, base)?.length;
    if (length !== undefined && (best === undefined || length > best.length)) best = { form, length };
  }
  return best && isTick(best.form, name) ? best.form : undefined;
}

/** The part of a column's name that is the name of the form, as it is written there. */
function prefixOf(form: FormNames, name: string): string {
  const base = name.split('___')[0]!;
  if (form.aliases.includes(bareName(base))) return base;
  const length = restAfterName(form, base)?.length;
  if (length === undefined) return form.id;
  for (let end = length; end <= base.length; end++) {
    if (bareName(base.slice(0, end)).length === length) return base.slice(0, end);
  }
  return form.id;
}
