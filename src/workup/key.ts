import type { Analysis, Dossier, InstalledPack, Selection } from '../dossier/analysis.ts';
import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import type { Consulted, RunKey } from '../dossier/run.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { placeOf } from '../store/history.ts';
import type { Surroundings } from './surroundings.ts';
import { dossierForRun } from './view.ts';

/** What an analysis would read and compute with on this machine now. */
export interface Standing {
  runtime: string;
  consulted: Consulted[];
}

/** Throws `knowledge-invalid` when a declared file of knowledge is absent or broken. */
export async function standingOf(analysis: Analysis, surroundings: Surroundings): Promise<Standing> {
  const consulted: Consulted[] = analysis.knowledge.map((path) => {
    const { header, sha256 } = loadKnowledge(path, surroundings.knowledgeDirectory);
    return { type: 'knowledge', id: path, version: header.version, sha256, licence: header.licence };
  });
  for (const id of analysis.packs) {
    const pack = await surroundings.installedPack(id);
    if (pack) consulted.push(consultedPack(pack));
  }
  return { runtime: (await analysis.runtime?.()) ?? '', consulted };
}

/** A pack counts by its installed files: where it was fetched from changes no result. */
function consultedPack({ manifest }: InstalledPack): Consulted {
  const files = [...manifest.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    type: 'pack',
    id: manifest.id,
    version: manifest.version,
    sha256: sha256(canonicalJson({ id: manifest.id, version: manifest.version, files })),
    licence: manifest.licence.spdx,
  };
}

/** Inputs as a run receives them: the ids of each role sorted and once, so that no outcome hangs on their order. */
export function sortedInputs(inputs: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(
    Object.keys(inputs)
      .sort()
      .map((role) => [role, [...new Set(inputs[role])].sort()]),
  );
}

/** Throws `usage` for an input that the dossier does not have. `dossier` is what the analysis selected from. */
export function runKey(analysis: Analysis, selection: Selection, standing: Standing, dossier: Dossier): RunKey {
  const roles = sortedInputs(selection.inputs);
  const inputs = [...new Set(Object.values(roles).flat())].sort();
  const { sources, regions } = dossierForRun(inputs, dossier);
  return {
    analysis: analysis.id,
    version: analysis.version,
    options: JSON.parse(canonicalJson(selection.options ?? {})) as RunKey['options'],
    runtime: standing.runtime,
    inputs,
    roles,
    readings: Object.fromEntries([...sources, ...regions].map((record) => [record.id, placeOf(record).statement])),
    consulted: standing.consulted,
  };
}
