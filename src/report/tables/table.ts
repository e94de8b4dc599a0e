import type { Issue, Severity } from '../../dossier/issue.ts';
import type { BandPlot } from '../bandPlot.ts';
import type { ClassScale } from '../classScale.ts';
import type { Notebook } from '../notes.ts';
import type { TrendPlot } from '../trendPlot.ts';

/**
 * Tables as data: everything that a table says, in the words for a reader, and nothing of how it looks. All of it can
 * stand in JSON. The printed report and a live page draw the same table from it.
 */
export interface TableModel {
  /** Unique among the tables of one report: `genomics-guidance-drug-guidance`. */
  id: string;
  kind: 'matrix' | 'scores' | 'guidance' | 'findings';
  title: string;
  /** Day that all rows share. */
  day?: string;
  columns: TableColumn[];
  rows: TableRow[];
  /** Notes that hold for every row and stand in none. */
  shared: NoteRef[];
  /** Sentences below the table. */
  remarks: string[];
  /** Set when values rest on a medication list that cannot be relied on. */
  doubt?: string;
  /** Things that have no row of their own: a sentence and their names. */
  folds: { text: string; items: { text: string; finding: string }[] }[];
}

export interface TableColumn {
  header: string;
  /** `end`: all of it is numbers. */
  align: 'start' | 'end';
  /** Unit of every number of the column, as a reader writes it; then the cells do not repeat it. */
  unit?: string;
  /** Its cells hold nothing but notes. */
  notes?: true;
}

export interface TableRow {
  /** In the order of the columns, the first names the row. Fewer where a cell above reaches down (`Cell.rows`). */
  cells: Cell[];
  /** Ids of the findings of the row. */
  findings: string[];
  /** It rests on a medication list that cannot be relied on. */
  doubtful?: true;
  /** About something that the person does not take or have: small on paper. */
  other?: true;
  /** Not values: one cell that names the rows below. */
  heading?: true;
}

export interface Cell {
  /** Empty when there is nothing to say here. */
  text: string;
  /** In small letters: it explains, it is no value. */
  quiet?: true;
  /** Small lines below the text: the place, the day, the interval. */
  sub?: string[];
  /** Small words behind the text. */
  aside?: string[];
  /** Finding whose chain the text opens. */
  finding?: string;
  /** Name of that way for those who hear it: measure and place. */
  label?: string;
  /** Cautions and notes that belong here, by their number in the notes of the page. */
  issues?: NoteRef[];
  /** How many further cautions stand elsewhere. */
  more?: number;
  reference?: Reference;
  plot?: BandPlot | ClassScale;
  trend?: TrendPlot;
  /** Change since the value before, with its own finding. */
  change?: { text: string; band?: string; finding: string; label: string };
  /** Said where the value rests on a list that cannot be relied on. */
  doubt?: string;
  /** It reaches over so many rows or columns. */
  rows?: number;
  columns?: number;
}

/** One note: its number among the notes of the page, and what it says. */
export interface NoteRef {
  note: number;
  severity: Severity;
  text: string;
}

/** How a value stands in a stated reference. `none`: there is none; `refused`: it refuses this person. */
export interface Reference {
  type: 'named' | 'none' | 'refused';
  /** Name of the reference, or why there is none. */
  text: string;
  band?: string;
  centile?: string;
}

/** Numbers of these issues in the notebook, each with what it says. */
export function noteRefs(issues: readonly Issue[], book: Notebook, place?: string): NoteRef[] {
  return book.refs(issues, place).map((note) => noteOf(note, book));
}

export function noteOf(note: number, book: Notebook): NoteRef {
  const { severity, message } = book.issues[note - 1];
  return { note, severity, text: message };
}

/** Part of an id: `Metabolic volume, by threshold` is `metabolic-volume-by-threshold`. */
export function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** Parts that are empty or undefined are left out, so that equal tables are equal JSON. */
export function cell(text: string, more: { [K in keyof Cell]?: Cell[K] | undefined } = {}): Cell {
  const given = Object.entries(more).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return { text, ...Object.fromEntries(given) };
}
