import { z } from 'zod';
import type { SafetyGroup, SafetyLine } from '../../../report/safetyGroups.ts';
import { links, viewOf } from './view.ts';

const level = z.enum(['now', 'open', 'historic', 'acted', 'answered']);

const line = z.object({
  id: z.string(),
  check: z.string(),
  state: z.enum(['positive', 'negative', 'not-assessed', 'stale']),
  title: z.string(),
  statement: z.string(),
  action: z.string().optional(),
  entered: z.string().optional(),
  acted: z.object({ entry: z.string(), at: z.string(), words: z.string() }).optional(),
  also: z.array(z.string()).optional(),
  links,
});

export const safetyLine = line.extend({ level });

/** A safety check with the group that it stands in. */
export const SafetyLineView = viewOf<SafetyLine & { level: SafetyGroup['level'] }>()(safetyLine);

export const SafetyGroupView = viewOf<SafetyGroup>()(
  z.object({
    level,
    title: z.string(),
    checks: z.array(line),
    lines: z.array(z.object({ id: z.string(), title: z.string(), action: z.string(), doubt: z.string().optional() })),
  }),
);
