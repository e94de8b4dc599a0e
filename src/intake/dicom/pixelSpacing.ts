import { type Issue, issue } from '../../dossier/issue.ts';
import { type DicomRecord, numberOf, numbersOf, textOf } from './record.ts';

/** What the size of a pixel of a projection means: lengths of the body, of the detector's plane, or of a film. */
export type SpacingBasis = 'fiducial' | 'geometry' | 'magnification-estimate' | 'detector' | 'unexplained' | 'film';

export interface PixelSpacing {
  /** Between rows, between columns, in mm. */
  mm?: number[];
  /** Only for projections and scanned films: in sections the size of a pixel is that of the body. */
  basis?: SpacingBasis;
  /** Height to width of a pixel whose size is not stated. */
  aspect?: number;
}

const projectionModalities = new Set(['CR', 'DX', 'DR', 'MG', 'XA', 'RF', 'RG', 'IO', 'PX', 'XF']);
/** Suffixes behind 1.2.840.10008.5.1.4.1.1. of CR, DX, mammography, intra-oral X-ray, angiography and fluoroscopy. */
const projectionClasses = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(1|1\.[123]|1\.[123]\.1|12\.1|12\.1\.1|12\.2|12\.2\.1)$/;

function positivePair(record: DicomRecord, keyword: string): number[] | undefined {
  const values = numbersOf(record, keyword, 2);
  return values && values[0]! > 0 && values[1]! > 0 ? values : undefined;
}

function alike(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, at) => Math.abs(value - b[at]!) <= 1e-3 * b[at]!);
}

/**
 * Size of a pixel by PS3.3 10.7: Pixel Spacing is that of the body in sections; in projections it is calibrated, by a fiducial
 * or by geometry, where Pixel Spacing Calibration Type says so or where it differs from Imager Pixel Spacing. Imager Pixel
 * Spacing is measured at the detector, where the body appears larger; divided by Estimated Radiographic Magnification Factor
 * it is an estimate for the body. Nominal Scanned Pixel Spacing is that of a film.
 */
export function pixelSpacingOf(record: DicomRecord, sopClass: string): PixelSpacing {
  const stated = positivePair(record, 'PixelSpacing');
  const imager = positivePair(record, 'ImagerPixelSpacing');
  const film = positivePair(record, 'NominalScannedPixelSpacing');
  const isProjection =
    projectionClasses.test(sopClass) || projectionModalities.has(textOf(record, 'Modality') ?? '') || !!imager;
  if (stated && !isProjection) return { mm: stated };
  const calibration = textOf(record, 'PixelSpacingCalibrationType')?.toUpperCase();
  if (stated && calibration === 'FIDUCIAL') return { mm: stated, basis: 'fiducial' };
  if (stated && calibration === 'GEOMETRY') return { mm: stated, basis: 'geometry' };
  if (stated && !(imager && alike(stated, imager))) return { mm: stated, basis: 'unexplained' };
  if (imager) {
    const factor = numberOf(record, 'EstimatedRadiographicMagnificationFactor');
    // Nothing lies behind the detector, and nothing is magnified tenfold.
    if (factor !== undefined && factor >= 1 && factor < 10)
      return { mm: imager.map((mm) => mm / factor), basis: 'magnification-estimate' };
    return { mm: imager, basis: 'detector' };
  }
  if (film) return { mm: film, basis: 'film' };
  const ratio = positivePair(record, 'PixelAspectRatio');
  return ratio ? { aspect: ratio[0]! / ratio[1]! } : {};
}

const meanings: Record<SpacingBasis, { severity: Issue['severity']; message: string; remedy?: string }> = {
  fiducial: {
    severity: 'info',
    message: 'The size of a pixel was calibrated by an object of known size: it holds at the depth of that object.',
  },
  geometry: {
    severity: 'info',
    message:
      'The size of a pixel is corrected for a geometric magnification that the device assumed: it holds at one depth.',
  },
  'magnification-estimate': {
    severity: 'warning',
    message:
      "Lengths are those at the detector divided by the device's estimated magnification: they hold at the depth it was estimated for.",
  },
  detector: {
    severity: 'warning',
    message: 'Lengths are measured at the detector, not corrected for magnification: the body is smaller.',
    remedy: 'Calibrate by an object of known size where a length matters.',
  },
  unexplained: {
    severity: 'warning',
    message: 'The header does not say whether the size of a pixel is that at the detector or calibrated for the body.',
    remedy: 'Hold lengths against an object of known size.',
  },
  film: {
    severity: 'warning',
    message:
      'The size of a pixel is that on the film that was scanned, not corrected for magnification: the body is smaller.',
    remedy: 'Calibrate by an object of known size where a length matters.',
  },
};

/** What a reader of lengths must know; `spacing-detector` and so on. */
export function spacingIssue(basis: SpacingBasis): Issue {
  const { severity, message, remedy } = meanings[basis];
  return issue(severity, `spacing-${basis}`, message, { ...(remedy !== undefined && { remedy }) });
}
