import type { Frame } from './frames.ts';
import { type DicomRecord, itemOf, numberOf, textOf, textsOf } from './record.ts';

export interface Contrast {
  contrast: string;
  /** How it was told: `parameters`, `frame-type`, `name`, `shape`. Names and shapes are weak evidence. */
  basis: 'parameters' | 'frame-type' | 'name' | 'shape';
}

const unknown: Contrast = { contrast: 'unknown', basis: 'parameters' };

const derivedDiffusion: [RegExp, string][] = [
  [/^(ADC|ADC_UNSPECIFIED)$/, 'adc'],
  [/^(FA|FRACTIONAL_ANISO)$/, 'fa'],
  [/^(TRACEW|TRACE|ISOTROPIC)$/, 'trace'],
  [/^(TENSOR_B0|TENSOR|EXP|COLFA)$/, 'diffusion-derived'],
];

function byName(text: string): string | undefined {
  const name = text.toLowerCase();
  if (/locali[sz]er|\bloc\b|scout|survey/.test(name)) return 'localizer';
  if (/flair|dark.?fluid/.test(name)) return 'FLAIR';
  if (/\b(asl|pcasl|pasl)\b|_asl|asl_/.test(name)) return 'asl';
  if (/\bdwi\b|\bdti\b|diff|_dwi|dwi_|dti_/.test(name)) return 'dwi';
  if (/bold|fmri|task-|\brest|func/.test(name)) return 'bold';
  if (/field.?map|fieldmap|gre_field|b0.?map/.test(name)) return 'fieldmap';
  if (/\bswi\b|swan|susc/.test(name)) return 'SWI';
  if (/t1w|mprage|mp2rage|\bt1|_t1|bravo|spgr|ir.?fspgr|tfl3d|3d.?tfe|t1.?tfe|t1_?mpr/.test(name)) return 'T1w';
  if (/t2\*|t2star/.test(name)) return 'T2starw';
  if (/t2w|\bt2|_t2|tse.*t2|t2.?space/.test(name)) return 'T2w';
  if (/\bpd\b|pdw|proton.?dens/.test(name)) return 'PDw';
  return undefined;
}

/**
 * T1w, T2w, FLAIR, bold, dwi, asl, ... of an MR volume from what the scanner says it did: image and frame type,
 * diffusion and labelling attributes, then echo, repetition and inversion times. Names are believed only where
 * parameters are absent, and never against them. `unknown` when nothing tells.
 */
function mrContrast(record: DicomRecord, frame: Frame, timePoints: number, diffusion: boolean): Contrast {
  const types = [...frame.imageType, ...textsOf(record, 'ImageType'), ...textsOf(record, 'FrameType')].map((one) =>
    one.toUpperCase(),
  );
  const has = (...names: string[]): boolean => names.some((name) => types.includes(name));
  const name = byName(`${textOf(record, 'SeriesDescription') ?? ''} ${textOf(record, 'ProtocolName') ?? ''}`);
  const contrast = (textOf(record, 'AcquisitionContrast') ?? '').toUpperCase();
  if (has('LOCALIZER')) return { contrast: 'localizer', basis: 'frame-type' };
  for (const [pattern, kind] of derivedDiffusion)
    if (types.some((one) => pattern.test(one))) return { contrast: kind, basis: 'frame-type' };
  if (has('RCBF', 'CBF', 'RCBV', 'MTT', 'TTP', 'SUBTRACTION') && (has('ASL', 'PERFUSION') || contrast === 'PERFUSION'))
    return { contrast: 'perfusion-derived', basis: 'frame-type' };
  if (has('ASL') || itemOf(record, 'MRArterialSpinLabelingSequence') || textOf(record, 'ArterialSpinLabelingContrast'))
    return { contrast: 'asl', basis: 'frame-type' };
  if (has('FMRI')) return { contrast: 'bold', basis: 'frame-type' };
  if (frame.isotropic) return { contrast: 'trace', basis: 'parameters' };
  if (has('DIFFUSION') || diffusion || contrast === 'DIFFUSION') return { contrast: 'dwi', basis: 'parameters' };
  if (frame.component === 'PHASE') return { contrast: name === 'fieldmap' ? 'fieldmap' : 'phase', basis: 'parameters' };

  const te = frame.echoTimeMs ?? numberOf(record, 'EchoTime');
  const tr = numberOf(record, 'RepetitionTime');
  const ti = numberOf(record, 'InversionTime') ?? numberOf(record, 'InversionTimes');
  const sequence = textsOf(record, 'ScanningSequence').concat(textOf(record, 'EchoPulseSequence') ?? '');
  const planar =
    sequence.includes('EP') ||
    textOf(record, 'EchoPlanarPulseSequence') === 'YES' ||
    (numberOf(record, 'GradientEchoTrainLength') ?? 0) > 15;
  const gradient = sequence.includes('GR') || sequence.includes('GRADIENT');
  const train = numberOf(record, 'EchoTrainLength') ?? numberOf(record, 'RFEchoTrainLength') ?? 1;
  // A map computed from images keeps their parameters but not their contrast.
  const measured = frame.imageType[0]?.toUpperCase() !== 'DERIVED';
  if (te !== undefined && tr !== undefined && measured) {
    if ((planar || (gradient && train > 15)) && gradient && timePoints > 10 && te >= 10) {
      if (name === 'asl') return { contrast: 'asl', basis: 'name' };
      return { contrast: 'bold', basis: 'parameters' };
    }
    if (name === 'fieldmap') return { contrast: 'fieldmap', basis: 'name' };
    if (timePoints > 10) return name ? { contrast: name, basis: 'name' } : unknown;
    if (ti !== undefined && ti >= 1500 && te >= 60 && tr >= 4000) return { contrast: 'FLAIR', basis: 'parameters' };
    if (gradient && te >= 15 && tr >= 20 && !planar)
      return name === 'SWI' ? { contrast: 'SWI', basis: 'name' } : { contrast: 'T2starw', basis: 'parameters' };
    if (gradient && te < 10 && (ti !== undefined ? ti >= 300 && ti <= 1500 : tr < 50)) {
      const angle = numberOf(record, 'FlipAngle') ?? 10;
      return angle >= 6 || ti !== undefined
        ? { contrast: 'T1w', basis: 'parameters' }
        : name
          ? { contrast: name, basis: 'name' }
          : unknown;
    }
    if (!gradient && te >= 70 && tr >= 2000)
      return name === 'FLAIR' ? { contrast: 'FLAIR', basis: 'name' } : { contrast: 'T2w', basis: 'parameters' };
    if (!gradient && te <= 30 && tr <= 1000) return { contrast: 'T1w', basis: 'parameters' };
    if (!gradient && te <= 40 && tr >= 1800) return { contrast: 'PDw', basis: 'parameters' };
  }
  return name ? { contrast: name, basis: 'name' } : unknown;
}

/** Contrast of a volume by modality (`diffusion`: some frame has b > 0); undefined where the modality itself says all. */
export function contrastOf(
  record: DicomRecord,
  frame: Frame,
  timePoints: number,
  diffusion: boolean,
): Contrast | undefined {
  const modality = textOf(record, 'Modality');
  if (modality === 'MR') return mrContrast(record, frame, timePoints, diffusion);
  if (modality === 'PT' || modality === 'NM') {
    const corrected = textsOf(record, 'CorrectedImage');
    if (corrected.includes('ATTN')) return { contrast: 'attenuation-corrected', basis: 'parameters' };
    if (corrected.length > 0) return { contrast: 'not-attenuation-corrected', basis: 'parameters' };
    return unknown;
  }
  if (modality === 'CT') {
    if (frame.imageType.includes('LOCALIZER')) return { contrast: 'localizer', basis: 'frame-type' };
    return textOf(record, 'ContrastBolusAgent') ? { contrast: 'contrast-enhanced', basis: 'parameters' } : undefined;
  }
  return undefined;
}
