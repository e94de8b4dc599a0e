import type { ExampleFile } from './patient.ts';

/** What an example must come out as. Read by the end-to-end tests, never given to the pipeline. */
export interface ExampleTruth {
  patient: string;
  /** The day on which the plan is read: pass it as the day of the work-up. */
  asOf: string;
  findings: TruthFinding[];
  /** Every one of these must be among the safety checks. */
  safety: {
    check: string;
    state: 'positive' | 'negative' | 'not-assessed' | 'stale';
    urgency?: 'now' | 'open' | 'historic' | 'none';
  }[];
  planLines: { about: string; verb?: string; mustMention: string[]; mustNotMention: string[] }[];
  /** Words that stand in no plan line and in no statement of page one. */
  neverMentioned: string[];
}

/** One number or code; `contains`: members that the set must have among others (a single value is a set of one). */
export interface TruthFinding {
  measure: string;
  /** Code of the anatomical site, gene or drug. */
  site?: string;
  /** Label of the region. */
  region?: string;
  /** Date of what was measured, where a measure comes more than once. */
  time?: string;
  value: number | string | { contains: (string | number)[] } | { refused: string };
  /** Absolute; 0 when left out. */
  tolerance?: number;
  unit?: string;
}

/** A whole example: what the pipeline is given, and what it must find. */
export interface Example {
  name: string;
  files: ExampleFile[];
  truth: ExampleTruth;
}
