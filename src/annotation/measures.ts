import { type Code, measure } from '../dossier/code.ts';

/** What readers measured, as findings: one for each reader and place. */
export const measured = {
  length: measure('annotated-length', 'Length, drawn'),
  shortAxis: measure('annotated-short-axis', 'Short axis, drawn'),
  longAxis: measure('annotated-long-axis', 'Long axis, drawn'),
  angle: measure('annotated-angle', 'Angle, drawn'),
  volume: measure('annotated-volume', 'Volume, drawn'),
  mean: measure('annotated-mean', 'Mean, drawn region'),
  standardDeviation: measure('annotated-standard-deviation', 'Standard deviation, drawn region'),
  minimum: measure('annotated-minimum', 'Minimum, drawn region'),
  maximum: measure('annotated-maximum', 'Maximum, drawn region'),
  median: measure('annotated-median', 'Median, drawn region'),
} as const;

/** Measures of which readers are held against each other. */
export const comparable = [
  measured.length,
  measured.shortAxis,
  measured.longAxis,
  measured.angle,
  measured.volume,
  measured.mean,
] as const;

/** Agreement of masks: one finding for each pair of readings. */
export const agreement = {
  dice: measure('agreement-dice', 'Dice'),
  jaccard: measure('agreement-jaccard', 'Jaccard'),
  kappa: measure('agreement-kappa', "Cohen's kappa"),
  volumeDifference: measure('agreement-volume-difference', 'Volume difference'),
  meanDistance: measure('agreement-mean-surface-distance', 'Mean surface distance'),
  hausdorff95: measure('agreement-hausdorff-95', 'Hausdorff distance, 95th percentile'),
  hausdorff: measure('agreement-hausdorff', 'Hausdorff distance'),
} as const;

export const consensus = {
  majorityVolume: measure('consensus-volume-majority', 'Volume by majority of readers'),
  stapleVolume: measure('consensus-volume-staple', 'Volume by STAPLE'),
  sensitivity: measure('reader-sensitivity', 'Sensitivity of the reader (STAPLE)'),
  specificity: measure('reader-specificity', 'Specificity of the reader (STAPLE)'),
} as const;

export const consensusRoles = { majority: 'annotation-majority', staple: 'annotation-staple' } as const;

/** Agreement of measured numbers: `annotated-length.icc`. */
export function ofReaders(of: Code): Record<'mean' | 'difference' | 'repeat' | 'icc', Code> {
  return {
    mean: measure(`${of.code}.readers-mean`, `${of.display}: mean of readers`),
    difference: measure(`${of.code}.readers-difference`, `${of.display}: difference of readers`),
    repeat: measure(`${of.code}.repeat-sd`, `${of.display}: standard deviation of one reader's repeats`),
    icc: measure(`${of.code}.icc`, `${of.display}: ICC(2,1) of readers`),
  };
}
