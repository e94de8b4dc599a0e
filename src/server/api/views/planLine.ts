import { z } from 'zod';
import { Recommendation } from '../../../dossier/recommendation.ts';
import type { PlanLine } from '../../../report/planLine.ts';
import { links, viewOf } from './view.ts';

const argument = z.object({ text: z.string(), links });
const stated = Recommendation.omit({
  kind: true,
  subject: true,
  for: true,
  against: true,
  conflicts: true,
  alternatives: true,
  basis: true,
});

export const PlanLineView = viewOf<PlanLine>()(
  stated.extend({
    verbWords: z.string(),
    for: z.array(argument),
    against: z.array(argument),
    alternatives: z.array(argument.extend({ equal: z.boolean(), strength: z.string().optional() })),
    conflicts: z.array(argument.extend({ outcome: z.enum(['goes-before', 'stands-back', 'unresolved', 'together']) })),
    links,
    patient: z.string().optional(),
    doubt: z.string().optional(),
    decision: z.string().optional(),
  }),
);
