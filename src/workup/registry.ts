import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { analyses as brain } from '../brain/analyses.ts';
import { analyses as clinical } from '../clinical/analyses.ts';
import type { Analysis } from '../dossier/analysis.ts';
import { IdiographError } from '../dossier/errors.ts';
import { analyses as genomics } from '../genomics/analyses.ts';
import { analyses as overview } from '../imaging/overview/analyses.ts';
import { analyses as pet } from '../imaging/pet/analyses.ts';
import { analyses as psychosocial } from '../psychosocial/analyses.ts';

/** All analyses there are: one list a room. */
export const analyses: readonly Analysis[] = [...brain, ...clinical, ...genomics, ...overview, ...pet, ...psychosocial];

/** URL of this module: what worker threads import to find an analysis again. */
export const defaultRegistry = pathToFileURL(join(import.meta.dirname, 'registry.ts')).href;

/** The analyses of a registry module. Throws `usage` when it exports none. */
export async function loadRegistry(url: string): Promise<readonly Analysis[]> {
  if (url === defaultRegistry) return analyses;
  const module = (await import(url)) as { analyses?: readonly Analysis[] };
  if (!Array.isArray(module.analyses)) throw new IdiographError('usage', `${url} exports no analyses`, { url });
  return module.analyses;
}
