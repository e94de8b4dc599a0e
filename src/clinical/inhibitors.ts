import { z } from 'zod';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';
import type { MedicationLine } from './medications.ts';

export const enzymes = ['CYP2D6', 'CYP2C19', 'CYP2C9', 'CYP2B6', 'CYP3A4', 'CYP1A2'] as const;
export type Enzyme = (typeof enzymes)[number];

const Row = z.object({
  enzyme: z.enum(enzymes),
  drug: z.string().min(1),
  effect: z.enum(['inhibitor', 'inducer']),
  strength: z.enum(['strong', 'moderate', 'weak']),
  source: z.string().min(1),
  /** False: taken from a compilation that nobody held against the primary table; results say so. */
  verified: z.boolean(),
  note: z.string().optional(),
  /** How long the effect outlives the drug, roughly: elimination of the drug, or renewal of the enzyme. */
  lasts: z.enum(['days', 'one to two weeks', 'weeks', 'weeks to months']).optional(),
});
export type InhibitorRow = z.infer<typeof Row>;

const InhibitorFile = KnowledgeHeader.extend({ rows: z.array(Row) });
export const inhibitorsPath = 'clinical/inhibitors.json';

export function parseInhibitors(data: unknown): InhibitorRow[] {
  return InhibitorFile.parse(data).rows;
}

/** A drug on the list that changes an enzyme. */
export interface ListedInhibitor extends InhibitorRow {
  status: MedicationLine['status'];
  /** Facts that put the drug on the list. */
  facts: string[];
}

const rank = { strong: 0, moderate: 1, weak: 2 };

/**
 * Drugs of a reconciled list that inhibit or induce an enzyme and are taken (active or as needed), the strongest first.
 * What is stopped, planned or unclear is left out; `unclear` lines are the caller's to ask about.
 */
export function inhibitorsOnList(
  medications: readonly MedicationLine[],
  enzyme: Enzyme,
  rows: readonly InhibitorRow[] = parseInhibitors(loadKnowledge(inhibitorsPath).data),
): ListedInhibitor[] {
  return rows
    .filter((row) => row.enzyme === enzyme)
    .flatMap((row) =>
      medications
        .filter((line) => line.ingredient === row.drug && (line.status === 'active' || line.status === 'as-needed'))
        .map((line) => ({ ...row, status: line.status, facts: line.facts })),
    )
    .sort((a, b) => rank[a.strength] - rank[b.strength] || (a.drug < b.drug ? -1 : 1));
}
