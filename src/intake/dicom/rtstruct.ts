import { IdiographError } from '../../dossier/errors.ts';
import type { Contour, RegionShape } from '../../dossier/image.ts';
import type { Region } from '../../dossier/region.ts';
import { type DicomRecord, itemsOf, numberOf, numbersOf, textOf } from './record.ts';

/** Contours of one ROI: CLOSED_PLANAR (and CLOSEDPLANAR_XOR) only, LPS turned to RAS (PS3.3 C.8.8.6). */
export function readContours(
  record: DicomRecord,
  region: Pick<Region, 'number' | 'label' | 'frameOfReference'>,
): RegionShape {
  const roi = itemsOf(record, 'ROIContourSequence').find(
    (one) => numberOf(one, 'ReferencedROINumber') === region.number,
  );
  if (roi === undefined)
    throw new IdiographError('not-found', `The structure set has no contours for ${region.label}.`, {
      region: region.number,
      remedy: 'Check whether the contours were drawn and exported.',
    });
  const contoursRas: Contour[] = [];
  for (const contour of itemsOf(roi, 'ContourSequence')) {
    const type = textOf(contour, 'ContourGeometricType') ?? 'CLOSED_PLANAR';
    const points = numbersOf(contour, 'ContourData');
    if (!type.startsWith('CLOSED') || points === undefined || points.length < 9 || points.length % 3 !== 0) continue;
    const ras = new Float64Array(points.length);
    for (let i = 0; i < points.length; i += 3) {
      ras[i] = -points[i]! + 0;
      ras[i + 1] = -points[i + 1]! + 0;
      ras[i + 2] = points[i + 2]!;
    }
    contoursRas.push(ras);
  }
  return {
    type: 'contours',
    contoursRas,
    ...(region.frameOfReference && { frameOfReference: region.frameOfReference }),
  };
}
