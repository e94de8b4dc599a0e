import { z } from 'zod';
import { KnowledgeHeader, loadKnowledge } from '../../knowledge/load.ts';

const When = z.union([
  z.strictObject({ codes: z.array(z.string()).min(1) }),
  z.strictObject({ from: z.number().optional(), to: z.number().optional() }),
]);

const EvidenceRow = z.strictObject({
  /** A mechanism, or an ICD-11 class. */
  of: z.string(),
  measure: z.string(),
  /** Codes of the site. Absent: any. */
  site: z.array(z.string()).optional(),
  /** What the value must be. Absent: the finding alone says it. */
  when: When.optional(),
  /** `question`: it only raises the question. `unclear`: it was looked at and says nothing either way. */
  says: z.enum(['for', 'against', 'question', 'unclear']),
  /** `{value}` and `{site}` stand for those of the finding. */
  say: z.string(),
  accuracy: z.string().optional(),
  source: z.string(),
  verified: z.boolean(),
});
export type EvidenceRow = z.infer<typeof EvidenceRow>;

const EvidenceFile = KnowledgeHeader.extend({
  rows: z.array(EvidenceRow),
  /** What to ask while none of these measures is there, and by which form. */
  asks: z.array(
    z.strictObject({ of: z.string(), measure: z.array(z.string()), say: z.string(), form: z.string().optional() }),
  ),
});

const DriversFile = KnowledgeHeader.extend({
  domains: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      remark: z.string(),
      measures: z.array(
        z.strictObject({
          measure: z.string(),
          site: z.array(z.string()).optional(),
          /** Only of drugs that are taken. */
          onlyActive: z.boolean().default(false),
          /** Values that say that there is nothing to tell. */
          notCodes: z.array(z.string()).default([]),
          /** A dose has no reference and no repeatability: neither is said to be missing. */
          plain: z.boolean().default(false),
        }),
      ),
      missing: z.array(z.strictObject({ unless: z.array(z.string()), say: z.string(), form: z.string().optional() })),
    }),
  ),
  /** Scores of pain on one scale from 0 to 10, for the course. */
  course: z.array(z.string()),
});

const ClassesFile = z.object({
  classes: z.object({ codes: z.array(z.object({ code: z.string(), display: z.string() })) }),
});

const data = (path: string) => loadKnowledge(path).data;

export const evidenceFile = () => EvidenceFile.parse(data('pain/evidence.json'));
export const driversFile = () => DriversFile.parse(data('pain/drivers.json'));
export const painClasses = () => ClassesFile.parse(data('pain/forms.json')).classes.codes;
