import { type Issue, issue } from '../../dossier/issue.ts';
import { type DicomRecord, numberOf, textOf } from './record.ts';

/** One classic image of a series: enhanced objects hold their rescaling in groups, which are theirs to keep complete. */
export interface RescaledImage {
  path: string;
  record: DicomRecord;
}

/**
 * What is odd about the rescaling of a series' images together: a slope that only some of them state (or state as 0), whose
 * stored values then stand among scaled ones; and, in PET, an intercept, which the standard does not know (PS3.3 C.8.9.1).
 * Each names the first file that it is about.
 */
export function rescaleDoubts(images: readonly RescaledImage[], modality: string): Issue[] {
  const doubts: Issue[] = [];
  const without = images.filter(({ record }) => !numberOf(record, 'RescaleSlope'));
  const isPet = modality === 'PT' && ['BQML', 'GML', 'CM2ML'].includes(textOf(images[0]?.record, 'Units') ?? '');
  const mixed = without.length > 0 && without.length < images.length;
  if (mixed || (isPet && without.length > 0))
    doubts.push(
      issue(
        'error',
        'rescale-missing',
        mixed
          ? `${without.length} of ${images.length} images state no rescale slope (or 0) while the others do: their stored numbers stand among scaled values.`
          : 'No image of the PET series states a rescale slope: the numbers are as stored, not in the unit that the header names.',
        {
          place: `${without[0]!.path}, (0028,1053)`,
          remedy: 'Fetch the series again; do not measure where these images lie.',
        },
      ),
    );
  const shifted = images.filter(({ record }) => (numberOf(record, 'RescaleIntercept') ?? 0) !== 0);
  if (isPet && shifted.length > 0)
    doubts.push(
      issue(
        'warning',
        'rescale-intercept-in-pet',
        `${shifted.length} of ${images.length} images have a rescale intercept (${numberOf(shifted[0]!.record, 'RescaleIntercept')}), which PET has not.`,
        { place: `${shifted[0]!.path}, (0028,1052)`, remedy: 'Compare with the images as the scanner sent them.' },
      ),
    );
  return doubts;
}
