import { z } from 'zod';
import type { Dossier } from '../dossier/analysis.ts';
import type { Entry } from '../dossier/entry.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import type { Plan } from '../plan/buildPlan.ts';
import type { SignedContent } from './signedContent.ts';

/** Lines and checks of one building of the plan. */
export interface PlanContent {
  recommendations: readonly Recommendation[];
  safetyChecks: readonly SafetyCheck[];
}

/** All that the functions of this room look at. */
export interface ReviewInput {
  dossier: Dossier;
  /** The plan as it stands now. */
  plan: Plan;
  /** Every entry of the subject, with the superseded ones. */
  entries: readonly Entry[];
  /** Content of the signature that holds, if there is one. */
  signed?: SignedContent | undefined;
  /** The plan that the person has seen, where it is not the one that stands. */
  seenPlan?: PlanContent | undefined;
}

/** What a page had before its eyes when somebody acted on it. */
export const Seen = z.object({
  planRun: z.string().min(1),
  /** Newest entry of each chain: decisions, acknowledgements, signature, releases. */
  entries: z.array(z.string()),
});
export type Seen = z.infer<typeof Seen>;
