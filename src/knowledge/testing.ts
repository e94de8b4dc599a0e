import type { Analysis, Dossier, RunContext } from '../dossier/analysis.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import type { Issue } from '../dossier/issue.ts';
import { loadKnowledge } from './load.ts';

/**
 * Runs each selection of an analysis as a work-up would, without a store, and collects what it emits. `offers`: what the
 * run may open besides knowledge; everything else is refused.
 */
export async function runAll(
  analysis: Analysis,
  dossier: Dossier,
  offers: Partial<Omit<RunContext, 'dossier' | 'emit'>> = {},
): Promise<{ findings: FindingDraft[]; issues: Issue[]; missing: Issue[] }> {
  const { selections, missing } = analysis.select(dossier);
  const findings: FindingDraft[] = [];
  const issues: Issue[] = [];
  const refuse = () => Promise.reject(new Error('not offered'));
  const context: RunContext = {
    dossier,
    signal: new AbortController().signal,
    emit: { finding: (draft) => findings.push(draft), artifact: () => '', issue: (one) => issues.push(one) },
    openImage: refuse,
    openRegion: refuse,
    openVariants: refuse,
    openTable: refuse,
    knowledge: <T>(path: string) => loadKnowledge(path).data as T,
    pack: () => undefined,
    progress: () => {},
    ...offers,
  };
  for (const { inputs, options } of selections) await analysis.run(inputs, options ?? {}, context);
  return { findings, issues, missing };
}
