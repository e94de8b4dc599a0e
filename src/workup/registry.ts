import type { Analysis } from '../dossier/analysis.ts';
import { IdiographError } from '../dossier/errors.ts';

/** The rooms of analysis by the beginning of their ids. A thread that makes one run loads the room of that run only. */
const modules: Readonly<Record<string, () => Promise<{ analyses: readonly Analysis[] }>>> = {
  'annotation.': () => import('../annotation/analyses.ts'),
  // Before `brain.`, whose prefix it has: the room of references adds to the page of the brain.
  'brain.deviations': () => import('../norms/analyses.ts'),
  'brain.': () => import('../brain/analyses.ts'),
  'clinical.': () => import('../clinical/analyses.ts'),
  'genomics.': () => import('../genomics/analyses.ts'),
  'imaging.ct': () => import('../imaging/ct/analyses.ts'),
  'imaging.change': () => import('../imaging/change/analyses.ts'),
  'imaging.diffusion': () => import('../imaging/diffusion/analyses.ts'),
  'imaging.overview': () => import('../imaging/overview/analyses.ts'),
  'imaging.perfusion.': () => import('../imaging/perfusion/analyses.ts'),
  'imaging.pet.': () => import('../imaging/pet/analyses.ts'),
  'imaging.radiomics': () => import('../imaging/radiomics/analyses.ts'),
  'nof1.': () => import('../nof1/analyses.ts'),
  'pain.': () => import('../pain/analyses.ts'),
  'psychosocial.': () => import('../psychosocial/analyses.ts'),
};

/** URL of this module: the registry of all rooms. Tests name modules of their own, which export `analyses`. */
export const defaultRegistry = import.meta.url;

/** The analyses of a registry. Throws `usage` when it has none. */
export async function loadRegistry(url: string): Promise<readonly Analysis[]> {
  if (url === defaultRegistry) {
    const all = await Promise.all(Object.values(modules).map((load) => load()));
    return all.flatMap(({ analyses }) => analyses);
  }
  const module = (await import(url)) as { analyses?: readonly Analysis[] };
  if (!Array.isArray(module.analyses)) throw new IdiographError('usage', `${url} exports no analyses`, { url });
  return module.analyses;
}

/** One analysis of a registry. Throws `usage` when it is not there in this version. */
export async function loadAnalysis(url: string, id: string, version: string): Promise<Analysis> {
  const prefix = url === defaultRegistry ? Object.keys(modules).find((one) => id.startsWith(one)) : undefined;
  const analyses = prefix === undefined ? await loadRegistry(url) : (await modules[prefix]!()).analyses;
  const analysis = analyses.find((one) => one.id === id && one.version === version);
  if (!analysis) throw new IdiographError('usage', `${url} has no ${id} ${version}`);
  return analysis;
}
