import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft } from '../format.ts';
import { identityOf } from './identity.ts';
import { mergeMetadata } from './metadata.ts';
import { itemsOf, textOf, textsOf } from './record.ts';
import { acquiredAt, type Instance } from './series.ts';
import { instanceKind } from './sopClasses.ts';

/** Structured reports, presentation states, plans, waveforms, documents ...: recognised by SOP class, kept, not opened. */
export function draftObject({ path, header }: Instance): Draft {
  const { record } = header;
  const { name } = instanceKind(header);
  const claim = identityOf(record);
  const at = acquiredAt(record);
  const description =
    textOf(record, 'DocumentTitle') ?? textOf(record, 'SeriesDescription') ?? textOf(record, 'ContentDescription');
  const metadata = mergeMetadata([record]);
  metadata['objectName'] = name;
  return {
    ...(claim && { claim }),
    source: {
      format: 'dicom-object',
      locator: { instance: header.sopInstance },
      path,
      modality: textOf(record, 'Modality') ?? 'OT',
      ...(at && { acquiredAt: at }),
      description: description ?? name,
      metadata,
      issues: [issue('info', 'object-kept', `${name}: recognised and kept; no analysis reads it.`)],
    },
    files: [path],
    facts: [],
    regions: [],
  };
}

/** DICOMDIR: files are found by reading the folder itself; what the directory says is never followed. */
export function draftDirectory({ path, header }: Instance): Issue[] {
  const records = itemsOf(header.record, 'DirectoryRecordSequence');
  const outside = records
    .map((record) => textsOf(record, 'ReferencedFileID').join('/'))
    .filter((id) => id.split(/[\\/]/).some((part) => part === '..') || /^[\\/]|^[A-Za-z]:/.test(id));
  const issues = [
    issue(
      'info',
      'dicomdir-not-followed',
      `A DICOMDIR with ${records.length} records: the files beside it are read by their content instead.`,
      { place: path },
    ),
  ];
  if (outside.length > 0)
    issues.push(
      issue(
        'warning',
        'path-outside',
        `${outside.length} of its references lead out of the folder; they were not followed.`,
        { place: path, remedy: 'Do not trust this medium: take the images from a known sender.' },
      ),
    );
  return issues;
}
