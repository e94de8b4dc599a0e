import type { Analysis, Dossier, InstalledPack, Selection } from '../dossier/analysis.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { orderAnalyses } from './order.ts';
import { defaultRegistry, loadRegistry } from './registry.ts';

/**
 * What the analyses would need and do not see, without running anything: absent data, and packs that are not installed
 * although there are data for them. `installedPack`: of the surroundings in which a work-up would run.
 */
export async function missingData(
  dossier: Dossier,
  installedPack: (id: string) => Promise<InstalledPack | undefined>,
  registry = defaultRegistry,
): Promise<Issue[]> {
  const missing: Issue[] = [];
  for (const { analysis } of orderAnalyses(await loadRegistry(registry))) {
    let selected: ReturnType<Analysis['select']>;
    try {
      selected = analysis.select(dossier);
    } catch {
      // A work-up states the failure of this analysis as an issue of its own; it says nothing about what is absent.
      continue;
    }
    missing.push(...selected.missing);
    const absent = await packMissing(analysis, dossier, selected.selections, installedPack);
    if (absent) missing.push(absent);
  }
  return missing;
}

/** That an analysis applies and has no pack to do it with; undefined when it has one, needs none or has nothing to do. */
async function packMissing(
  { title, needsOneOf }: Analysis,
  { subject }: Dossier,
  selections: readonly Selection[],
  installedPack: (id: string) => Promise<InstalledPack | undefined>,
): Promise<Issue | undefined> {
  const packs = needsOneOf?.(subject) ?? [];
  const [first] = packs;
  if (first === undefined || selections.length === 0) return undefined;
  for (const id of packs) if ((await installedPack(id)) !== undefined) return undefined;
  const what = `${title}${selections.length > 1 ? ` (${selections.length} times)` : ''}`;
  return issue('warning', 'pack-missing', `${what} is not computed: the pack ${first} is not installed.`, {
    remedy: `idiograph packs add ${first} --from DIR, then idiograph workup; results made with it before step back until then.`,
  });
}
