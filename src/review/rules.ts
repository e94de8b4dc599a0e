import { z } from 'zod';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';

const Urgency = z.enum(['now', 'open', 'historic', 'none']);

/** What must be settled before a signature, and what a patient's page holds back until it is released by itself. */
export const ReviewRules = KnowledgeHeader.extend({
  signing: z.object({
    /** Plan lines of these urgencies need a decision. */
    lines: z.array(z.enum(['now', 'soon', 'routine'])),
    /** Safety checks of these urgencies need an action or an acknowledgement. */
    checks: z.array(Urgency),
    /** Checks for which more urgencies count. */
    namedChecks: z.record(z.string(), z.array(Urgency)),
  }),
  sensitive: z.array(
    z.object({
      kind: z.string().min(1),
      display: z.string().min(1),
      checks: z.array(z.string()),
      measures: z.array(z.string()),
      rules: z.array(z.string()),
    }),
  ),
});
export type ReviewRules = z.infer<typeof ReviewRules>;

/** The rules that ship, or those of a site in their place. Throws `knowledge-invalid`. */
export function reviewRules(directory?: string): ReviewRules {
  return ReviewRules.parse(loadKnowledge('plan/review.json', directory).data);
}
