import { z } from 'zod';
import { Consulted } from '../../../dossier/run.ts';
import type { WhyView as View, WhyViewNode } from '../../views/why.ts';
import { viewOf } from './view.ts';

const sight = z.discriminatedUnion('type', [
  z.object({ type: z.literal('image'), image: z.string(), region: z.string().optional() }),
  z.object({ type: z.literal('picture'), artifact: z.string() }),
  z.object({ type: z.literal('text'), source: z.string(), place: z.string() }),
]);

/** Held by hand: a schema that names itself has no place in the description of the interface. */
const nodes: z.ZodType<WhyViewNode[], WhyViewNode[]> = z
  .custom<WhyViewNode[]>((all) => Array.isArray(all) && all.every((one) => node.strict().safeParse(one).success))
  .meta({ description: 'Nodes of the same form' });

const node = z.object({
  id: z.string(),
  kind: z.enum([
    'subject',
    'identity',
    'transfer',
    'import',
    'blob',
    'source',
    'fact',
    'entry',
    'region',
    'run',
    'finding',
    'artifact',
    'safety-check',
    'recommendation',
    'absent',
  ]),
  title: z.string(),
  supersededBy: z.string().optional(),
  evidence: z.array(z.object({ of: z.string(), place: z.string(), says: z.string().optional() })).optional(),
  files: z.array(z.object({ path: z.string(), sha256: z.string() })).optional(),
  fileCount: z.number().optional(),
  consulted: z.array(Consulted).optional(),
  cut: z.enum(['shown', 'depth']).optional(),
  sights: z.array(sight),
  below: nodes,
});

/** The walk from a record back to bytes, and forward to all that used it. */
export const WhyView = viewOf<View>()(z.object({ about: node, restsOn: z.array(node), usedBy: z.array(node) }));
