import { z } from 'zod';
import type { Finding } from '../dossier/finding.ts';
import { KnowledgeHeader } from '../knowledge/load.ts';

/** Which findings are shown and never move a line of the plan. */
export const EvidenceFile = KnowledgeHeader.extend({
  still: z.strictObject({
    /** Measures that are stated beside others and prove nothing. */
    measures: z.array(z.string()),
    /** Issues that a finding carries when its rule, its method or its reference is not established. */
    issues: z.array(z.string()),
    /** Grades of evidence among the codes of a finding, by their system. */
    codes: z.record(z.string(), z.array(z.string())),
  }),
});
export type EvidenceFile = z.infer<typeof EvidenceFile>;

/** Whether rules may look at a finding. Safety questions look at all of them: an answer counts whoever scored it. */
export function mayMove(finding: Finding, { still }: EvidenceFile): boolean {
  return (
    !still.measures.includes(finding.measure.code) &&
    !finding.issues.some(({ code }) => still.issues.includes(code)) &&
    !(finding.codes ?? []).some(({ system, code }) => still.codes[system]?.includes(code))
  );
}
