import { z } from 'zod';
import { IdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { ConnectomeStudy, Preprocessing } from './connectomeStudy.ts';

/**
 * A signature that reads a resting connectome: parcels, preprocessing and coefficients in one file, as the network of resting
 * pain sensitivity (Spisak 2020) is one. It is no map of weights and is never applied to a contrast.
 */
export const ConnectomeModel = z.strictObject({
  kind: z.literal('resting-connectome'),
  name: z.string().min(1).max(100),
  source: z.string().min(1),
  preprocessing: z.strictObject({
    atlas: z.string().min(1),
    input: z.enum(['none', 'preprocessed', 'denoised']),
    bandHz: z.tuple([z.number(), z.number()]),
    globalSignal: z.boolean(),
    framewiseLimitMm: z.number().positive(),
    measure: z.enum(['fisher-z', 'r']),
  }),
  intercept: z.number(),
  edges: z
    .array(z.strictObject({ a: z.string().min(1), b: z.string().min(1), weight: z.number() }))
    .min(1)
    .max(200_000),
});
export type ConnectomeModel = z.infer<typeof ConnectomeModel>;

/** Throws `usage` for a file that is no such model. */
export function readConnectomeModel(data: unknown): ConnectomeModel {
  const parsed = ConnectomeModel.safeParse(data);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new IdiographError('usage', `the model is not valid: ${first?.message} at ${first?.path.join('.')}`, {
    remedy: 'See docs/methods/pain-signatures.md for what a resting-connectome model holds.',
  });
}

/** The score, or what about the preprocessing differs from what the model was made on. */
export function connectomeModelScore(
  model: ConnectomeModel,
  study: Pick<ConnectomeStudy, 'connectome' | 'model' | 'settings'>,
  input: Preprocessing,
): { score: number | undefined; issues: Issue[] } {
  const { preprocessing: asked } = model;
  const differs: string[] = [];
  if (asked.input !== input) differs.push(`input ${input}, not ${asked.input}`);
  const { atlas, globalSignal, framewiseLimitMm } = study.settings;
  if (asked.atlas !== atlas) differs.push(`atlas ${atlas}, not ${asked.atlas}`);
  if (asked.globalSignal !== globalSignal) differs.push('the global signal');
  if (asked.framewiseLimitMm !== framewiseLimitMm) differs.push('the limit of motion');
  const band = study.model.bandHz;
  if (input !== 'denoised' && (band?.[0] !== asked.bandHz[0] || band?.[1] !== asked.bandHz[1]))
    differs.push('the band of frequencies');
  const at = new Map(study.connectome.parcels.map(({ name }, index) => [name, index]));
  const absent = new Set(model.edges.flatMap(({ a, b }) => [a, b].filter((name) => !at.has(name))));
  if (absent.size > 0) differs.push(`${absent.size} parcels without signal (${[...absent].slice(0, 3).join(', ')})`);
  if (differs.length > 0)
    return {
      score: undefined,
      issues: [
        issue(
          'error',
          'signature-other-preprocessing',
          `${model.name} was made on other data: ${differs.join('; ')}.`,
          {
            remedy: 'Prepare the run as the model says, or leave the model out.',
          },
        ),
      ],
    };
  const n = study.connectome.parcels.length;
  let score = model.intercept;
  for (const { a, b, weight } of model.edges) {
    const value = study.connectome.z[at.get(a)! * n + at.get(b)!]!;
    score += weight * (asked.measure === 'r' ? Math.tanh(value) : value);
  }
  return { score, issues: [researchOnly(model.name)] };
}

export function researchOnly(name: string): Issue {
  return issue(
    'info',
    'signature-research-only',
    `${name} is for research: differences between people do not stand for differences of their pain.`,
    {
      remedy: 'Ask the patient.',
    },
  );
}
