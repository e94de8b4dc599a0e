import type { Dossier } from '../dossier/analysis.ts';

type Lists = 'sources' | 'facts' | 'entries' | 'regions' | 'findings' | 'artifacts';
export type DossierRecord = Dossier[Lists][number];

const indexes = new WeakMap<Dossier, ReadonlyMap<string, DossierRecord>>();

/** Every record of a dossier by its id; made once for each dossier. */
export function recordsOf(dossier: Dossier): ReadonlyMap<string, DossierRecord> {
  const known = indexes.get(dossier);
  if (known) return known;
  const { sources, facts, entries, regions, findings, artifacts } = dossier;
  const index = new Map<string, DossierRecord>();
  for (const list of [sources, facts, entries, regions, findings, artifacts])
    for (const one of list) if (!index.has(one.id)) index.set(one.id, one);
  indexes.set(dossier, index);
  return index;
}

/** Ids of what a record rests on directly. */
export function parentsOf(record: DossierRecord | undefined): readonly string[] {
  switch (record?.kind) {
    case 'finding':
    case 'artifact':
      return record.derivedFrom;
    case 'fact':
    case 'region':
      return [record.source];
    default:
      return [];
  }
}
