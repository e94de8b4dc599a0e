import type { Dossier } from '../dossier/analysis.ts';
import type { Issue } from '../dossier/issue.ts';
import { orderAnalyses } from './order.ts';
import { defaultRegistry, loadRegistry } from './registry.ts';

/** What the analyses would need and do not see in this dossier: absent data, without running anything. */
export async function missingData(dossier: Dossier): Promise<Issue[]> {
  const missing: Issue[] = [];
  for (const { analysis } of orderAnalyses(await loadRegistry(defaultRegistry))) {
    try {
      missing.push(...analysis.select(dossier).missing);
    } catch {
      // A work-up states the failure of this analysis as an issue of its own; it says nothing about what is absent.
    }
  }
  return missing;
}
