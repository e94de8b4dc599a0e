import type { Issue } from '../../dossier/issue.ts';

export type CallingTool = 'PharmCAT' | 'Aldy' | 'Cyrius' | 'StellarPGx' | 'StarPhase' | 'PyPGx';

/** What another program, or a laboratory, says of one gene of one sample. At least one of the last three is there. */
export interface OutsideCall {
  gene: string;
  /** Sample that the file names; undefined where it names none. */
  sample: string | undefined;
  /** Diplotypes or single alleles as written; several are equally possible to the program. Empty when only others are stated. */
  diplotypes: string[];
  phenotype: string | undefined;
  activityScore: number | undefined;
  /** `line 3`, `gene_details.CYP2D6`. */
  place: string;
  issues: Issue[];
}

/** A call as the file has it, before anything is checked. */
export interface RawCall {
  gene: string;
  sample?: string | undefined;
  diplotypes?: string[];
  phenotype?: string | undefined;
  activityScore?: string | undefined;
  place: string;
  issues?: Issue[];
}

export type OutsidePiece =
  | { kind: 'calls'; tool: CallingTool; calls: OutsideCall[] }
  /** PyPGx keeps the gene of a table in a file beside it: until both are there nothing can be checked. */
  | { kind: 'pypgx-table'; rows: RawCall[] }
  | { kind: 'pypgx-gene'; gene: string };

export type Parsed = { calls: OutsideCall[]; issues: Issue[] };
