import { z } from 'zod';
import { contentId } from './canonical.ts';
import { DateTime } from './code.ts';
import { Issue } from './issue.ts';

/** A file of knowledge, a pack or a norm as it was when a run read it. */
export const Consulted = z.object({
  type: z.enum(['knowledge', 'pack', 'norm']),
  id: z.string().min(1),
  version: z.string().min(1),
  sha256: z.string().length(64),
  licence: z.string().min(1),
});
export type Consulted = z.infer<typeof Consulted>;

/** Everything that decides the outcome of a run, and nothing else: no clock, no machine, no identity. */
export const RunKey = z.object({
  analysis: z.string().min(1),
  version: z.string().min(1),
  options: z.record(z.string(), z.json()),
  /** Runtime whose arithmetic matters: `ort-web 1.30.0`; empty for plain TypeScript. */
  runtime: z.string(),
  inputs: z.array(z.string()),
  /** The part that each input plays (`image`, `reference`): two runs on swapped parts are two runs. */
  roles: z.record(z.string(), z.array(z.string())).optional(),
  /** How each source and region among them was read (hash of its record): the same bytes read better are another input. */
  readings: z.record(z.string(), z.string().length(64)).optional(),
  consulted: z.array(Consulted),
});
export type RunKey = z.infer<typeof RunKey>;

/** `runId`: equal keys give equal ids, whatever the order of inputs. */
export function runId(key: RunKey): string {
  return contentId('run', {
    ...key,
    inputs: [...key.inputs].sort(),
    consulted: key.consulted.map(({ type, id, sha256 }) => `${type}:${id}:${sha256}`).sort(),
  });
}

/** One execution of one analysis on one selection of inputs. It exists in the store only when it is complete. */
export const Run = z.object({
  kind: z.literal('run'),
  id: z.string().min(1),
  subject: z.string().min(1),
  key: RunKey,
  title: z.string(),
  startedAt: DateTime,
  seconds: z.number().nonnegative(),
  issues: z.array(Issue),
  findings: z.array(z.string()),
  artifacts: z.array(z.string()),
  /** Earlier runs of the same analysis on the same thing: they and what they made step back when this run is written. */
  supersedes: z.array(z.string()).optional(),
});
export type Run = z.infer<typeof Run>;
