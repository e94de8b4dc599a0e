import type { ReportInput } from './model.ts';

/** One step of the walk from a statement to bytes. */
export interface Link {
  id: string;
  says: string;
  places: string[];
  from: Link[];
}

/** The walk back from a finding to sources, as deep as it goes. A record that two steps share is shown under each. */
export function chainOf(id: string, input: ReportInput, depth = 0): Link {
  const finding = input.dossier.findings.find((one) => one.id === id);
  const next = (ids: readonly string[]) => (depth >= 6 ? [] : ids.map((one) => chainOf(one, input, depth + 1)));
  if (finding) {
    const run = input.runs.find((one) => one.id === finding.run);
    const consulted = run?.key.consulted.map((one) => `${one.type} ${one.id} ${one.version} (${one.licence})`) ?? [];
    return {
      id,
      says: `finding ${finding.measure.display}${finding.site ? ` of ${finding.site.display}` : ''}, by ${finding.method}${consulted.length > 0 ? `, with ${consulted.join('; ')}` : ''}`,
      places: (finding.evidence ?? []).map((one) => `${one.place}${one.says ? `: ${one.says}` : ''}`),
      from: next(finding.derivedFrom),
    };
  }
  const fact = input.dossier.facts.find((one) => one.id === id);
  if (fact) {
    return {
      id,
      says: `fact ${fact.type}: ${fact.code.display}${fact.at ? `, ${fact.at.slice(0, 10)}` : ''} (${fact.status})`,
      places: [fact.place],
      from: next([fact.source]),
    };
  }
  const artifact = input.dossier.artifacts.find((one) => one.id === id);
  if (artifact) {
    return {
      id,
      says: `artifact ${artifact.title}, sha256 ${artifact.blob}`,
      places: [],
      from: next(artifact.derivedFrom),
    };
  }
  const region = input.dossier.regions.find((one) => one.id === id);
  if (region)
    return { id, says: `region ${region.label}, number ${region.number}`, places: [], from: next([region.source]) };
  const source = input.dossier.sources.find((one) => one.id === id);
  if (source)
    return { id, says: `source ${source.path} (${source.format}), sha256 ${source.blob}`, places: [], from: [] };
  return { id, says: 'not in this report', places: [], from: [] };
}
