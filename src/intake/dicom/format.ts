import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft, Format } from '../format.ts';
import { type DicomHeader, readHeader } from './header.ts';
import { draftDirectory, draftObject } from './objects.ts';
import { textOf } from './record.ts';
import { draftRegions } from './regionDrafts.ts';
import { draftSeries, type Instance } from './series.ts';
import { sniffDicom } from './sniff.ts';
import { instanceKind } from './sopClasses.ts';

/** Instances of one series of one patient, in the order in which they came. */
function bySeries(instances: Instance[]): Instance[][] {
  const series = new Map<string, Instance[]>();
  for (const one of instances) {
    const { record } = one.header;
    const uid = textOf(record, 'SeriesInstanceUID');
    const key = JSON.stringify(uid ? [textOf(record, 'PatientID') ?? '', uid] : [one.path]);
    const list = series.get(key);
    if (list) list.push(one);
    else series.set(key, [one]);
  }
  return [...series.values()];
}

/**
 * DICOM: files with or without Part 10 header. `read` scans headers only; `assemble` groups instances to series and
 * series to volumes with honest geometry, and makes regions of RTSTRUCT and SEG. See docs/methods/dicom.md.
 */
export const dicomFormat: Format<DicomHeader> = {
  id: 'dicom',
  sniff: (head, file) => sniffDicom(head, file.bytes),
  async read(file, limits) {
    const read = await readHeader(file, limits);
    const at = (one: Issue): Issue => ({
      ...one,
      place: one.place === undefined ? file.path : `${file.path}: ${one.place}`,
    });
    return 'refused' in read ? { refused: at(read.refused) } : { piece: read.header, issues: read.issues.map(at) };
  },
  assemble(pieces) {
    const drafts: Draft[] = [];
    const issues: Issue[] = [];
    const images: Instance[] = [];
    for (const { path, piece } of pieces) {
      const instance = { path, header: piece };
      const { kind } = instanceKind(piece);
      if (kind === 'directory' || piece.record['DirectoryRecordSequence'] !== undefined)
        issues.push(...draftDirectory(instance));
      else if (kind === 'image' || kind === 'dose' || kind === 'parametric-map') images.push(instance);
      else if (kind === 'structure-set' || kind === 'segmentation') drafts.push(draftRegions(instance));
      else drafts.push(draftObject(instance));
    }
    for (const series of bySeries(images)) {
      try {
        const made = draftSeries(series);
        drafts.push(...made.drafts);
        issues.push(...made.issues);
      } catch (error) {
        // A header that no rule foresaw must not take the rest of the import with it.
        const message = error instanceof Error ? error.message : String(error);
        issues.push(
          issue('error', 'series-not-assembled', `The series could not be arranged: ${message}`, {
            place: series[0]!.path,
            remedy: 'Report this series; the rest of the import is not affected.',
          }),
        );
      }
    }
    return { drafts, issues };
  },
};
