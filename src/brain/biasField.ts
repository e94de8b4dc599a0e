import { spacingMm } from '../voxels/affine.ts';
import type { Size } from '../voxels/components.ts';
import { shrinkTo, type Volume } from '../voxels/registration/shrink.ts';
import { headOf } from './headMask.ts';
import { sharpener } from './sharpen.ts';
import { eachRow, emptyField, fieldFitter, type SplineField } from './splineField.ts';

/** Splines of these many mm between control points, one after the other, and how often each is refined. */
const spansMm = [200, 100, 50, 25];
const rounds = 40;
/** The field changes by less than this from one refinement to the next (coefficient of variation): enough. */
const settled = 0.001;
/** As ITK's N4 has them: blur of the histogram of logarithms, and the noise of Wiener's filter. */
const histogram = { blur: 0.15, noise: 0.01 };
const coarseMm = 4;

export interface BiasField {
  /** Divides each value of the volume by the field, in place. The field is 1 on average over the head. */
  correct(values: Float32Array): void;
  /** 95 % quantile of the field in the head by its 5 % quantile. */
  unevenness: number;
  /** Log of the field on the coarse grid on which it was learnt, and the head there. */
  log: Float64Array;
  head: Uint8Array;
  grid: Volume['grid'];
}

/**
 * The field by which coils make a head brighter here and darker there, after N4 (Tustison 2010): log intensities of the head
 * in voxels of 4 mm; what sharpening their histogram moves a voxel by, smoothed by cubic B-splines (200, 100, 50, 25 mm), is
 * field. Undefined where there is no head to learn from.
 */
export function biasField({ grid, values }: Volume): BiasField | undefined {
  const small = shrinkTo({ grid, values }, coarseMm);
  const size: Size = [small.grid.shape[0], small.grid.shape[1], small.grid.shape[2]];
  const head = headOf(small.values, size);
  const count = head.reduce((sum, one) => sum + one, 0);
  if (count < 1000) return undefined;
  const logs = Float64Array.from(small.values, (value, at) => (head[at] === 1 ? Math.log(value) : 0));
  const field = new Float64Array(logs.length);
  const extents = spacingMm(small.grid.affineRas).map((spacing, axis) => spacing * size[axis]!);
  const fields: SplineField[] = [];
  const residual = new Float64Array(logs.length);
  const flat = new Float64Array(logs.length);
  for (const spanMm of spansMm) {
    const spans = extents.map((extent) => Math.max(1, Math.round(extent / spanMm))) as [number, number, number];
    const level = emptyField(spans);
    const fitted = fieldFitter(head, size, spans);
    fields.push(level);
    for (let round = 0; round < rounds; round++) {
      for (let at = 0; at < flat.length; at++) flat[at] = logs[at]! - field[at]!;
      const sharpened = sharpener(flat, head, histogram);
      if (!sharpened) break;
      for (let at = 0; at < flat.length; at++) residual[at] = head[at] === 1 ? flat[at]! - sharpened(flat[at]!) : 0;
      const step = { spans, control: fitted(residual) };
      for (let at = 0; at < step.control.length; at++) level.control[at]! += step.control[at]!;
      let [sum, squares] = [0, 0];
      eachRow([step], size, (row, offset) => {
        for (let i = 0; i < row.length; i++) {
          field[offset + i]! += row[i]!;
          if (head[offset + i] === 0) continue;
          const ratio = Math.exp(row[i]!);
          sum += ratio;
          squares += ratio * ratio;
        }
      });
      const mean = sum / count;
      if (Math.sqrt(Math.max(0, squares / count - mean * mean)) / mean < settled) break;
    }
  }
  let mean = 0;
  for (let at = 0; at < field.length; at++) if (head[at] === 1) mean += field[at]! / count;
  for (let at = 0; at < field.length; at++) field[at]! -= mean;
  const inside = field.filter((_, at) => head[at] === 1).sort();
  const quantile = (fraction: number): number => Math.exp(inside[Math.floor(fraction * (inside.length - 1))]!);
  return {
    ...{ unevenness: quantile(0.95) / quantile(0.05), log: field, head, grid: small.grid },
    correct(all) {
      eachRow(fields, [grid.shape[0], grid.shape[1], grid.shape[2]], (row, offset) => {
        for (let i = 0; i < row.length; i++) all[offset + i]! *= Math.exp(mean - row[i]!);
      });
    },
  };
}
