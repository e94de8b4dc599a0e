import { dayOf } from '../dossier/words.ts';
import { type ReportModel, sourcesBehind } from './model.ts';

/** One thing that a finding rests on directly, in words; with an anchor when the trace explains it further. */
export interface Ground {
  id: string;
  says: string;
  explained: boolean;
}

/** The walk back from a finding, or from what an analysis made, to bytes. */
export interface Chain {
  id: string;
  method: string;
  /** Knowledge, packs and norms that its run consulted, by their number in the report (K1 ...). */
  consulted: number[];
  /** Exact places: a line, an item, a slice, with what stands there. */
  places: string[];
  grounds: Ground[];
  /** Number of the source in the report (S1 ...), path and hash of its bytes: where every way ends. */
  ends: { number: number; path: string; sha256: string }[];
}

/** Undefined when the report holds neither a finding nor an artifact of this id. */
export function chainOf(id: string, model: ReportModel): Chain | undefined {
  const { dossier, runs } = model.input;
  const one = dossier.findings.find((finding) => finding.id === id) ?? dossier.artifacts.find((art) => art.id === id);
  if (one === undefined) return undefined;
  const run = runs.find((candidate) => candidate.id === one.run);
  return {
    id,
    method: one.method,
    consulted: (run?.key.consulted ?? [])
      .map((item) => model.consulted.findIndex((known) => known.type === item.type && known.id === item.id) + 1)
      .sort((a, b) => a - b),
    places:
      one.kind === 'finding' ? (one.evidence ?? []).map((at) => `${at.place}${at.says ? `: ${at.says}` : ''}`) : [],
    grounds: one.derivedFrom.map((ground) => groundOf(ground, model)),
    ends: sourcesBehind([id], dossier).map((source) => endOf(source, model)),
  };
}

/** `S3` of a source in the table of sources. */
export function sourceNumber(id: string, model: ReportModel): number {
  return model.sources.findIndex((source) => source.id === id) + 1;
}

function endOf(id: string, model: ReportModel): Chain['ends'][number] {
  const number = sourceNumber(id, model);
  const { path, blob } = model.sources[number - 1];
  return { number, path, sha256: blob };
}

function groundOf(id: string, model: ReportModel): Ground {
  const { dossier } = model.input;
  const finding = dossier.findings.find((one) => one.id === id);
  if (finding)
    return {
      id,
      says: `finding ${finding.measure.display}${finding.site ? ` of ${finding.site.display}` : ''}`,
      explained: true,
    };
  const artifact = dossier.artifacts.find((one) => one.id === id);
  if (artifact) return { id, says: `made here: ${artifact.title}`, explained: true };
  const fact = dossier.facts.find((one) => one.id === id);
  if (fact) {
    const at = fact.place === '' ? '' : `, ${fact.place}`;
    return {
      id,
      says: `${fact.type} "${fact.code.display}", ${dayOf(fact.at)}, ${fact.status}: S${sourceNumber(fact.source, model)}${at}`,
      explained: false,
    };
  }
  const region = dossier.regions.find((one) => one.id === id);
  if (region)
    return {
      id,
      says: `region "${region.label}", number ${region.number}: S${sourceNumber(region.source, model)}`,
      explained: false,
    };
  const source = dossier.sources.find((one) => one.id === id);
  if (source) return { id, says: `S${sourceNumber(id, model)} ${source.path}`, explained: false };
  return { id, says: 'a record that this report does not hold', explained: false };
}
