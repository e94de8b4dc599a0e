import type { Source } from '../../dossier/source.ts';
import type { DicomRecord, DicomValue } from './record.ts';

type Metadata = Source['metadata'];

/** Per-frame groups are folded into the layout and into lists; tables of numbers stay in the file. */
const leftOut = new Set([
  'PerFrameFunctionalGroupsSequence',
  'SharedFunctionalGroupsSequence',
  'LUTData',
  'SOPInstanceUID',
  'ROIContourSequence',
  'ContourImageSequence',
  'ReferencedInstanceSequence',
  'DirectoryRecordSequence',
]);

/** Values that differ between slices are kept as a list in slice order (k fastest) under the same keyword. */
const listed = new Set([
  'AcquisitionTime',
  'AcquisitionDate',
  'AcquisitionDateTime',
  'ContentTime',
  'InstanceNumber',
  'RescaleSlope',
  'RescaleIntercept',
  'FrameReferenceTime',
  'ActualFrameDuration',
  'DecayFactor',
  'TriggerTime',
  'AcquisitionNumber',
  'TemporalPositionIdentifier',
  'FlipAngle',
  'InversionTime',
  'RepetitionTime',
  'EchoTime',
  'XRayTubeCurrent',
  'Exposure',
  '(7053,1000)',
  '(7053,1009)',
]);

function plain(value: DicomValue): Metadata[string] {
  if (Array.isArray(value) && typeof value[0] === 'object') return (value as DicomRecord[]).map(plainRecord);
  return value as Metadata[string];
}

function plainRecord(record: DicomRecord): Metadata {
  const out: Metadata = {};
  for (const [keyword, value] of Object.entries(record)) if (!leftOut.has(keyword)) out[keyword] = plain(value);
  return out;
}

/**
 * One header for several: values that all agree on, lists where `listed` ones differ, the first value of the others.
 * Which keywords differ without being listed is said under `varying`.
 */
export function mergeMetadata(records: DicomRecord[]): Metadata {
  const first = records[0]!;
  const metadata = plainRecord(first);
  if (records.length === 1) return metadata;
  const varying: string[] = [];
  for (const keyword of Object.keys(metadata)) {
    const value = first[keyword]!;
    const text = typeof value === 'object' ? JSON.stringify(value) : undefined;
    const differs = records.some((record) =>
      text === undefined ? record[keyword] !== value : JSON.stringify(record[keyword]) !== text,
    );
    if (!differs) continue;
    if (listed.has(keyword))
      metadata[keyword] = records.map((record) => (record[keyword] === undefined ? null : plain(record[keyword]!)));
    else varying.push(keyword);
  }
  if (varying.length > 0) metadata['varying'] = varying;
  return metadata;
}

/**
 * Single values of enhanced objects lifted from the functional groups to the top level, where classic objects have them,
 * so that nobody downstream needs to know the difference.
 */
export function liftFunctionalGroups(record: DicomRecord): DicomRecord {
  const shared = first(record['SharedFunctionalGroupsSequence']);
  const own = first(record['PerFrameFunctionalGroupsSequence']);
  if (!shared && !own) return record;
  const out: DicomRecord = { ...record };
  for (const group of [shared, own]) {
    for (const value of Object.values(group ?? {})) {
      const item = first(value);
      for (const [keyword, inner] of Object.entries(item ?? {}))
        if (typeof inner !== 'object' || typeof inner[0] !== 'object') out[keyword] ??= inner;
    }
  }
  if (out['EchoTime'] === undefined && out['EffectiveEchoTime'] !== undefined)
    out['EchoTime'] = out['EffectiveEchoTime'];
  // Positions belong to the affine, not to a header that claims to hold for all frames.
  if (own)
    for (const keyword of ['ImagePositionPatient', 'InStackPositionNumber', 'DimensionIndexValues'])
      delete out[keyword];
  return out;
}

function first(value: DicomValue | undefined): DicomRecord | undefined {
  return Array.isArray(value) && typeof value[0] === 'object' ? value[0] : undefined;
}
