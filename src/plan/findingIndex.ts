import type { Finding } from '../dossier/finding.ts';

/** Findings by their measure, so that a rule looks only at what it names. */
export type FindingIndex = ReadonlyMap<string, readonly Finding[]>;

/** Findings by measure code, each list by id: whatever the order of the dossier, rules see one order. */
export function indexFindings(findings: readonly Finding[]): FindingIndex {
  const index = new Map<string, Finding[]>();
  for (const finding of [...findings].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))) {
    const found = index.get(finding.measure.code);
    if (found) found.push(finding);
    else index.set(finding.measure.code, [finding]);
  }
  return index;
}
