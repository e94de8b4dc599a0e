import type { Dossier } from '../../dossier/analysis.ts';
import type { Entry } from '../../dossier/entry.ts';
import type { Finding } from '../../dossier/finding.ts';
import type { Source } from '../../dossier/source.ts';
import { numbersOf, unitForReader, valueForReader } from '../../dossier/words.ts';
import { dataWords, placeOf } from '../model.ts';
import { recordsOf } from '../records.ts';
import type { Collector, LaneKey, Stated } from './collect.ts';

const named = 6;
const imageFormats = new Set<Source['format']>(['dicom-series', 'dicom-regions', 'dicom-object', 'nifti']);

/**
 * Images by modality, one item for each day on which some were taken; genomes; tables. Records and answers are not
 * shown themselves: what they state is. A scoring file is knowledge, not an event of the person.
 */
export function addSources(sources: readonly Source[], collect: Collector): void {
  const days = new Map<string, Source[]>();
  for (const source of sources) {
    if (['record', 'answers'].includes(source.modality) || source.format === 'pgs') continue;
    if (!imageFormats.has(source.format)) {
      const group = source.modality === 'genome' ? 'genome' : 'documents';
      collect.add(sourceItem([source], { group, key: source.modality, title: wordOf(source.modality) }));
      continue;
    }
    const key = `${source.modality}|${source.acquiredAt?.slice(0, 10) ?? source.id}`;
    const of = days.get(key);
    if (of) of.push(source);
    else days.set(key, [source]);
  }
  for (const of of days.values()) {
    const { modality } = of[0];
    collect.add(sourceItem(of, { group: 'imaging', key: modality, title: wordOf(modality) }));
  }
}

function wordOf(modality: string): string {
  const words = dataWords[modality] ?? modality;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function sourceItem(of: readonly Source[], lane: LaneKey): Stated {
  const parts = [
    ...new Set(
      of.map((one) =>
        [one.contrast === 'unknown' ? undefined : one.contrast, one.bodyPart, one.description]
          .filter((part) => part !== undefined && part !== '')
          .join(', '),
      ),
    ),
  ].filter((part) => part !== '');
  const more = parts.length - named;
  const times = of.flatMap((one) => one.acquiredAt ?? []).sort();
  return {
    ids: of.map((one) => one.id),
    lane,
    label: of.length === 1 ? lane.title : `${lane.title}, ${of.length} series`,
    detail: `${parts.slice(0, named).join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    start: times[0],
  };
}

/** These repeat the medication list, which is on the axis already. */
const repeats = /(^|-)medication(-list|-start)?$/;

/** Measures that came out differently at different times and are not on the axis already as what they were made of. */
export function addChangingFindings(dossier: Dossier, collect: Collector): void {
  const records = recordsOf(dossier);
  const isShown = (id: string) => {
    const one = records.get(id);
    return one?.kind === 'fact' && (one.type === 'response' || one.type === 'observation');
  };
  const groups = new Map<string, Finding[]>();
  for (const finding of dossier.findings) {
    if (finding.time === undefined || repeats.test(finding.measure.code)) continue;
    if (finding.derivedFrom.length > 0 && finding.derivedFrom.every(isShown)) continue;
    const { measure, region, site, laterality, reader } = finding;
    const key = [measure.code, region ?? site?.code, laterality, reader].join('|');
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  for (const [key, group] of groups) {
    const differ = new Set(group.map((one) => one.valueHash)).size > 1;
    if (!differ || new Set(group.map((one) => one.time)).size < 2) continue;
    const place = placeOf(group[0], dossier.regions);
    const title = `${group[0].measure.display}${place ? `, ${place}` : ''}`;
    const lane: LaneKey = { group: 'findings', key, title };
    for (const finding of group) addFinding(finding, lane, collect);
  }
}

function addFinding(finding: Finding, lane: LaneKey, collect: Collector): void {
  const { id, time, value, norm } = finding;
  collect.add({ ids: [id], lane, label: lane.title, value: valueForReader(finding), detail: norm?.band, start: time });
  if (value.type !== 'quantity') return;
  const [number] = numbersOf(finding);
  collect.point(
    lane,
    {
      id: value.unit,
      title: lane.title,
      unit: unitForReader(value.unit),
      ...(norm?.bands ? { bands: norm.bands, reference: norm.display } : {}),
    },
    { time, value: number, text: valueForReader(finding), ...(norm?.band ? { flag: norm.band } : {}), why: id },
  );
}

const entryWords: Record<Entry['type'], string> = {
  annotation: 'Annotations',
  measurement: 'Measurements',
  correction: 'Corrections',
  decision: 'Decisions',
  signature: 'Signatures',
  comment: 'Comments',
  'safety-action': 'Safety actions',
  'safety-answer': 'Safety answers in forms',
  trial: 'Single-patient trials',
};

/** What people stated in the product: a decision, a signature, a safety action. */
export function addEntries(entries: readonly Entry[], collect: Collector): void {
  for (const { id, type, author, role, at, text } of entries) {
    const title = entryWords[type];
    collect.add({
      ids: [id],
      lane: { group: 'entries', key: type, title },
      label: `${title.replace(/s$/, '')} by ${author}, ${role}`,
      detail: text,
      start: at,
    });
  }
}
