import type { Analysis, Dossier } from '../dossier/analysis.ts';
import { imagesOfEntries } from '../dossier/entry.ts';
import { IdiographError } from '../dossier/errors.ts';

/**
 * What an analysis may look at when it selects: everything that was read or stated, but of the results of others only
 * those that it says it takes. So an undeclared dependency shows at once, and no outcome hangs on who finished first.
 */
export function dossierForSelect(analysis: Analysis, dossier: Dossier): Dossier {
  const takes = new Set(analysis.takes);
  const isAbout = new Set(takes.has(imagesOfEntries) ? dossier.entries.flatMap(({ targets }) => targets) : []);
  return {
    ...dossier,
    findings: dossier.findings.filter((finding) => takes.has(finding.measure.code)),
    artifacts: dossier.artifacts.filter(({ id, role }) => takes.has(role) || isAbout.has(id)),
  };
}

/**
 * What a run may look at: its inputs, and the sources in which its regions and facts stand. Nothing else can decide its
 * outcome, because nothing else enters its `runId`. Throws `usage` for an input that the dossier does not have.
 */
export function dossierForRun(inputs: readonly string[], dossier: Dossier): Dossier {
  const wanted = new Set(inputs);
  const isInput = ({ id }: { id: string }) => wanted.has(id);
  const facts = dossier.facts.filter(isInput);
  const regions = dossier.regions.filter(isInput);
  const entries = dossier.entries.filter(isInput);
  const findings = dossier.findings.filter(isInput);
  const artifacts = dossier.artifacts.filter(isInput);
  const holding = new Set([...facts, ...regions].map(({ source }) => source));
  const sources = dossier.sources.filter(({ id }) => wanted.has(id) || holding.has(id));
  const seen = new Set(
    [...sources, ...facts, ...regions, ...entries, ...findings, ...artifacts].map(({ id }: { id: string }) => id),
  );
  const absent = inputs.filter((id) => !seen.has(id));
  if (absent.length > 0) {
    throw new IdiographError('usage', `inputs that are not in the dossier: ${absent.join(', ')}`, { absent });
  }
  return { subject: dossier.subject, sources, facts, entries, regions, findings, artifacts };
}
