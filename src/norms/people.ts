import { type Issue, issue } from '../dossier/issue.ts';
import { volumeTableKind } from '../knowledge/volumeTables.ts';

/** One row of a table of people. What the table does not state is absent. */
export interface PersonRow {
  id: string;
  ageYears?: number;
  male?: 0 | 1;
  /** Mean framewise displacement in mm. */
  meanFdMm?: number;
  site?: string;
  /** Software that made the numbers, where the table states it. */
  software?: string;
  /** By column of {@link People.columns}; undefined for empty cells and text. */
  values: readonly (number | undefined)[];
  place: string;
}

export interface People {
  columns: string[];
  people: PersonRow[];
  issues: Issue[];
}

/** A table as text: what `readTable` of the intake gives. */
export interface TextTable {
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  lines: readonly number[];
}

const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/**
 * Reads age in years, sex, site and measures of each row. Sex is 1 or M for male, 0 or F for female; 2 is refused. Tables of
 * SynthSeg and DLMUSE are known by their columns: then the software is known too, and nobody else's reference fits them.
 */
export function readPeople(table: TextTable, name: string): People {
  const lower = table.columns.map((one) => one.toLowerCase());
  const find = (...names: string[]) => names.map((one) => lower.indexOf(one)).find((at) => at >= 0) ?? -1;
  const kind = volumeTableKind(table.columns);
  const named = find('sub_id', 'participant_id', 'subject_id', 'subject', 'id', 'person', 'mrid');
  const at = {
    // SynthSeg leaves the first cell of the header empty.
    id: named < 0 && kind !== undefined ? 0 : named,
    age: find('age', 'age_years', 'ageyears'),
    sex: find('sex', 'gender'),
    site: find('site', 'site_id'),
    motion: find('mean_fd', 'meanfd', 'mean_framewise_displacement', 'fd_mean'),
    software: find('software', 'method'),
  };
  const issues: Issue[] = [];
  const stated = at.sex < 0 ? [] : table.rows.map((row) => row[at.sex]!.trim().toLowerCase());
  const oneTwo = stated.some((one) => /^2(\.0*)?$/.test(one));
  if (oneTwo) {
    issues.push(
      issue('error', 'sex-coding', 'Column sex holds 2: what 1 means cannot be told, so sex counts as missing.', {
        place: `${name}, column ${table.columns[at.sex]}`,
        remedy: 'Write M and F, or 1 for male and 0 for female.',
      }),
    );
  }
  const recognised = kind === 'SynthSeg' || kind === 'DLMUSE' ? kind : undefined;
  if (recognised && at.software < 0)
    issues.push(
      issue('info', 'software-recognised', `The columns are those of ${recognised}: the numbers count as made by it.`, {
        place: name,
        remedy: 'Say otherwise in a column "software".',
      }),
    );
  const people = table.rows.map((row, index): PersonRow => {
    const software = row[at.software]?.trim() || (at.software < 0 ? recognised : undefined);
    const cell = (column: number) => (column < 0 ? '' : row[column]!.trim());
    const age = number.test(cell(at.age)) ? Number(cell(at.age)) : undefined;
    const male = oneTwo ? undefined : sexOf(cell(at.sex));
    const moved = number.test(cell(at.motion)) ? Number(cell(at.motion)) : undefined;
    return {
      id: cell(at.id) || `row ${index + 1}`,
      ...(age !== undefined && age >= 0 && age <= 130 && { ageYears: age }),
      ...(male !== undefined && { male }),
      ...(moved !== undefined && moved >= 0 && { meanFdMm: moved }),
      ...(cell(at.site) && { site: cell(at.site) }),
      ...(software && { software }),
      values: row.map((text) => (number.test(text.trim()) ? Number(text) : undefined)),
      place: `${name}, line ${table.lines[index] ?? index + 2}`,
    };
  });
  const odd =
    at.age < 0
      ? []
      : table.rows.flatMap((row, index) =>
          row[at.age]!.trim() && people[index]!.ageYears === undefined ? [people[index]!] : [],
        );
  if (odd.length > 0)
    issues.push(
      issue(
        'error',
        'age-unreadable',
        `${odd.length} ages are no number of years from 0 to 130 and count as missing.`,
        {
          place: odd[0]!.place,
          remedy: 'Write the age at the scan in years, with a point.',
        },
      ),
    );
  return { columns: [...table.columns], people, issues };
}

function sexOf(text: string): 0 | 1 | undefined {
  if (/^(1(\.0*)?|m|male)$/i.test(text)) return 1;
  return /^(0(\.0*)?|f|female)$/i.test(text) ? 0 : undefined;
}

/** Columns that can be measures: numbers wherever something stands, and no covariate, count of rows or nameless column. */
export function measureColumns({ columns, people }: People, notMeasures: readonly string[]): number[] {
  const odd = new Set(notMeasures.map((one) => one.toLowerCase()));
  return columns.flatMap((name, index) => {
    if (odd.has(name.toLowerCase()) || /^(unnamed|column \d+$)/i.test(name)) return [];
    return people.some(({ values }) => values[index] !== undefined) ? [index] : [];
  });
}

/** Why a column cannot be scored or learnt from: nothing in it, or from 3 people on all zero or one value for everybody. */
export function columnTrouble({ columns, people }: People, index: number, name: string): Issue | undefined {
  const values = people.flatMap(({ values }) => values[index] ?? []);
  const place = `${name}, column ${columns[index]}`;
  const remedy = 'Check how the table was made: names that changed between versions leave such columns.';
  if (values.length === 0)
    return issue('error', 'column-empty', `${columns[index]} holds no number.`, { place, remedy });
  if (values.length >= 3 && values.every((one) => one === 0)) {
    return issue('error', 'column-zero', `${columns[index]} is zero for everybody.`, { place, remedy });
  }
  if (values.length >= 3 && values.every((one) => one === values[0])) {
    return issue('error', 'column-constant', `${columns[index]} has one value for everybody.`, { place, remedy });
  }
  return undefined;
}
