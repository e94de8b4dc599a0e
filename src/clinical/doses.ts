import { z } from 'zod';
import { type Issue, issue } from '../dossier/issue.ts';
import { KnowledgeHeader } from '../knowledge/load.ts';
import type { MedicationLine } from './medications.ts';

const Row = z.object({
  drug: z.string().min(1),
  /** Largest labelled daily dose of adults in any use. */
  maximumMgPerDay: z.number().positive().optional(),
  /** Smallest dose of the label's usual range. */
  indications: z.array(z.object({ id: z.string().min(1), minimumMgPerDay: z.number().positive() })),
  source: z.string().min(1),
  /** False: not held against a source that was read; results say so. */
  verified: z.boolean(),
  note: z.string().optional(),
});
export type DoseRow = z.infer<typeof Row>;

const DoseFile = KnowledgeHeader.extend({ minimumDays: z.number().int().positive(), rows: z.array(Row) });
export type DoseFile = z.infer<typeof DoseFile>;
export const dosesPath = 'clinical/doses.json';

export function parseDoses(data: unknown): DoseFile {
  return DoseFile.parse(data);
}

/** A daily dose above the largest labelled one: a slip of unit or frequency, or a choice; somebody has to look. */
export function aboveLabel({ ingredient, daily, status }: MedicationLine, { rows }: DoseFile): Issue[] {
  const row = rows.find(({ drug }) => drug === ingredient);
  const most = row?.maximumMgPerDay;
  if (most === undefined || daily?.unit !== 'mg/d' || daily.value <= most || status === 'stopped') return [];
  const message = `${ingredient} ${daily.value} mg a day is more than the label's ${most} mg${row!.note ? ` (${row!.note})` : ''}${row!.verified ? '' : '; limit not verified'}.`;
  return [
    issue('warning', 'dose-above-label', message, { remedy: 'Check unit and times a day, then whether it is meant.' }),
  ];
}
