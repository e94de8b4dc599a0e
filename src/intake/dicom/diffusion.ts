import type { Frame } from './frames.ts';
import { type DicomRecord, itemOf, numberOf, numbersOf, textOf } from './record.ts';
import { length, scale } from './vectors.ts';

/**
 * b-value (s/mm2) and gradient direction (patient LPS) from the standard attributes or the vendors' private ones:
 * Siemens (0019,xx0c/0e) and CSA, Philips (2001,xx03) with (2005,xxb0-b2), GE b-value (0043,xx39), UIH (0065,xx09/37).
 * GE's direction (0019,xxbb-bd) is given in the scan's own frame and is left to the metadata, unrotated.
 * `top` is the object's top level when `record` is a functional group.
 */
export function diffusionOf(
  record: DicomRecord,
  top: DicomRecord = record,
): Pick<Frame, 'bValue' | 'gradient' | 'isotropic'> {
  const directionality = textOf(record, 'DiffusionDirectionality');
  let bValue =
    numberOf(record, 'DiffusionBValue') ??
    numberOf(top, '(0019,100c)') ??
    numberOf(top, 'csa.B_value') ??
    numberOf(top, '(2001,1003)') ??
    numberOf(top, '(0065,1009)');
  // GE adds multiples of 1e9 as flags.
  const ge = numberOf(top, '(0043,1039)');
  if (bValue === undefined && ge !== undefined) bValue = ge % 100_000;
  const philips = [numberOf(top, '(2005,10b0)'), numberOf(top, '(2005,10b1)'), numberOf(top, '(2005,10b2)')];
  const vector =
    numbersOf(record, 'DiffusionGradientOrientation', 3) ??
    numbersOf(itemOf(record, 'DiffusionGradientDirectionSequence'), 'DiffusionGradientOrientation', 3) ??
    numbersOf(top, '(0019,100e)', 3) ??
    numbersOf(top, 'csa.DiffusionGradientDirection', 3) ??
    numbersOf(top, '(0065,1037)', 3) ??
    (philips.every((one) => one !== undefined) ? (philips as number[]) : undefined);
  const norm = vector === undefined ? 0 : length(vector);
  const directed = norm > 0.5 && norm < 1.5 && (bValue ?? 0) > 0;
  const isotropic =
    directionality === 'ISOTROPIC' ||
    ((bValue ?? 0) > 0 && vector !== undefined && norm === 0) ||
    (textOf(top, '(2001,1004)') === 'I' && (bValue ?? 0) > 0);
  return {
    ...(bValue !== undefined && { bValue }),
    ...(directed && !isotropic && { gradient: scale(vector!, 1 / norm) }),
    ...(isotropic && { isotropic }),
  };
}
