/** Scales of the installed questionnaires, as far as a figure of scores needs them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { knowledgeDirectory, loadKnowledge } from '../../knowledge/load.ts';

const Scale = z.object({
  code: z.string(),
  display: z.string(),
  domain: z.string().optional(),
  unit: z.string(),
  range: z.tuple([z.number(), z.number()]),
  worse: z.enum(['higher', 'lower']),
  method: z.string(),
  tScore: z.unknown().optional(),
  important: z
    .array(
      z.object({
        statement: z.string(),
        source: z.string(),
        verified: z.boolean(),
        points: z.number().optional(),
        percent: z.number().optional(),
      }),
    )
    .default([]),
});
export type ScaleFacts = z.infer<typeof Scale>;

const File = z.object({
  instrument: z.object({
    id: z.string(),
    display: z.string(),
    noTotal: z.boolean().default(false),
    scales: z.array(Scale),
  }),
});

export interface InstrumentFacts {
  id: string;
  display: string;
  /** The scales that are followed over time: the score, or all of a questionnaire without one. */
  followed: ScaleFacts[];
}

let loaded: readonly InstrumentFacts[] | undefined;

export function instrumentFacts(): readonly InstrumentFacts[] {
  loaded ??= readdirSync(join(knowledgeDirectory, 'psychosocial'))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const { id, display, noTotal, scales } = File.parse(loadKnowledge(`psychosocial/${name}`).data).instrument;
      const drawn = scales.filter(({ method }) => method !== 'value-set');
      return { id, display, followed: noTotal ? drawn : drawn.slice(0, 1) };
    });
  return loaded;
}
