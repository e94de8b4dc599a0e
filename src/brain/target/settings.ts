import { z } from 'zod';
import { KnowledgeHeader } from '../../knowledge/load.ts';

/** Path under knowledge/ of what circuits there are, with their seeds, search areas and evidence. */
export const settingsPath = 'brain/stimulation-targets.json';

const Point = z.tuple([z.number(), z.number(), z.number()]);
const Sphere = z.object({ name: z.string().min(1), centreMni: Point, radiusMm: z.number().positive() });

const Evidence = z.object({
  /** Grade as the body states it; `investigational` where nobody grades. */
  level: z.string().min(1),
  body: z.string().min(1),
  source: z.string().min(1),
  against: z.array(z.string()),
});

/** How the individual target is computed: one setting a published method. */
export const MethodSetting = z.object({
  id: z.string().min(1),
  title: z.string().min(1),
  source: z.string().min(1),
  /** Share of the search area, most negative first, that stays. */
  fraction: z.number().positive().max(1),
  globalSignal: z.boolean(),
  smoothingFwhmMm: z.number().nonnegative(),
  bandHz: z.tuple([z.number().nonnegative(), z.number().positive()]),
});
export type MethodSetting = z.infer<typeof MethodSetting>;

const Circuit = z.object({
  id: z.string().min(1),
  title: z.string().min(1),
  indication: z.string().min(1),
  side: z.enum(['left', 'contralateral-to-pain', 'midline']),
  /** `connectivity`: from resting fMRI; `anatomical`: from anatomy or the motor hotspot, never from rest. */
  targeting: z.enum(['connectivity', 'anatomical']),
  seed: Sphere.optional(),
  search: z.array(Sphere).optional(),
  method: MethodSetting.optional(),
  /** Where a group would be stimulated; absent: the hotspot or anatomy of the person decides. */
  group: z.object({ centreMni: Point, space: z.string().min(1), source: z.string().min(1) }).optional(),
  how: z.string().min(1),
  evidence: Evidence,
});
export type Circuit = z.infer<typeof Circuit>;

const ChecklistItem = z.object({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  title: z.string().min(1),
  /** Sites of the measure `condition` that answer yes. */
  conditions: z.array(z.string()),
  /** Number of the question in the short form. */
  formItem: z.number().int().positive(),
  /** `bar`: not before it is cleared; `review`: a specialist first; `discuss`: weighs, does not bar. */
  yes: z.enum(['bar', 'review', 'discuss']),
  says: z.string().min(1),
});
export type ChecklistItem = z.infer<typeof ChecklistItem>;

export const TargetSettings = KnowledgeHeader.extend({
  circuits: z.array(Circuit).min(1),
  form: z.string().min(1),
  checklist: z.array(ChecklistItem).min(1),
  limits: z.object({
    radiusMm: z.number().positive(),
    usableMinutes: z.number().positive(),
    globalSignalDistanceMm: z.number().positive(),
    framewiseDisplacementMm: z.number().positive(),
    seedSignalShare: z.number().positive(),
    seedSignalVoxels: z.number().positive(),
    seedTsnr: z.number().positive(),
    answerDays: z.number().positive(),
  }),
  beamF3: z.object({ centreMni: Point, source: z.string().min(1) }),
  motorCortex: z.object({ centreMni: Point, source: z.string().min(1) }),
  depth: z.object({ percentPerMm: z.number().positive(), source: z.string().min(1) }),
});
export type TargetSettings = z.infer<typeof TargetSettings>;
