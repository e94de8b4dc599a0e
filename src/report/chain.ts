import { dayOf } from '../dossier/words.ts';
import { type ReportModel, sourcesBehind } from './model.ts';
import { type DossierRecord, recordsOf } from './records.ts';

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
  const one = recordsOf(dossier).get(id);
  if (one?.kind !== 'finding' && one?.kind !== 'artifact') return undefined;
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
  const one = recordsOf(model.input.dossier).get(id);
  return { id, says: groundWords(one, model), explained: one?.kind === 'finding' || one?.kind === 'artifact' };
}

/** A record in words, with the number of its source. */
export function groundWords(one: DossierRecord | undefined, model: ReportModel): string {
  switch (one?.kind) {
    case 'finding':
      return `finding ${one.measure.display}${one.site ? ` of ${one.site.display}` : ''}`;
    case 'artifact':
      return `made here: ${one.title}`;
    case 'fact': {
      const at = one.place === '' ? '' : `, ${one.place}`;
      return `${one.type} "${one.code.display}", ${dayOf(one.at)}, ${one.status}: S${sourceNumber(one.source, model)}${at}`;
    }
    case 'region':
      return `region "${one.label}", number ${one.number}: S${sourceNumber(one.source, model)}`;
    case 'source':
      return `S${sourceNumber(one.id, model)} ${one.path}`;
    case 'entry':
      return `${one.type} by ${one.author}, ${dayOf(one.at)}`;
    default:
      return 'a record that this report does not hold';
  }
}
