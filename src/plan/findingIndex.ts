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

const sitesOf = new WeakMap<FindingIndex, Map<string, Map<string, Finding[]>>>();

/** Findings of a measure at one of these sites: ten thousand laboratory values are not looked through for each rule. */
export function ofSites(index: FindingIndex, measure: string, sites: readonly string[]): readonly Finding[] {
  const known = sitesOf.get(index) ?? new Map<string, Map<string, Finding[]>>();
  sitesOf.set(index, known);
  let bySite = known.get(measure);
  if (bySite === undefined) {
    bySite = new Map();
    for (const finding of index.get(measure) ?? []) {
      if (finding.site === undefined) continue;
      const found = bySite.get(finding.site.code);
      if (found) found.push(finding);
      else bySite.set(finding.site.code, [finding]);
    }
    known.set(measure, bySite);
  }
  return [...new Set(sites)].flatMap((site) => bySite.get(site) ?? []);
}
