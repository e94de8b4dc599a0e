import type { Size } from '../voxels/components.ts';

/** Cubic B-splines over a box, `spans` a side: (spans + 3) control points along each axis, i fastest. */
export interface SplineField {
  spans: Size;
  control: Float64Array;
}

/** Which four control points a sample along an axis feels, and how much. */
interface AxisBasis {
  first: Int32Array;
  weights: Float64Array;
}

/** Samples at the middles of `n` equal pieces of an axis. */
function axisBasis(n: number, spans: number): AxisBasis {
  const first = new Int32Array(n);
  const weights = new Float64Array(4 * n);
  for (let at = 0; at < n; at++) {
    const place = (spans * (at + 0.5)) / n;
    const span = Math.min(spans - 1, Math.floor(place));
    const t = place - span;
    first[at] = span;
    weights[4 * at] = (1 - t) ** 3 / 6;
    weights[4 * at + 1] = (3 * t ** 3 - 6 * t ** 2 + 4) / 6;
    weights[4 * at + 2] = (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6;
    weights[4 * at + 3] = t ** 3 / 6;
  }
  return { first, weights };
}

export function emptyField(spans: Size): SplineField {
  return { spans, control: new Float64Array((spans[0] + 3) * (spans[1] + 3) * (spans[2] + 3)) };
}

/**
 * Fits fields to values within a mask of a volume, each control point by itself (Lee, Wolberg and Shin 1997): smooth, no
 * system of equations, and 0 where there is nothing to fit. What depends on the mask alone is made once.
 */
export function fieldFitter(mask: Uint8Array, [ni, nj, nk]: Size, spans: Size): (values: Float64Array) => Float64Array {
  const bases = [axisBasis(ni, spans[0]), axisBasis(nj, spans[1]), axisBasis(nk, spans[2])] as const;
  const squares = bases.map(({ weights }) =>
    Float64Array.from({ length: weights.length / 4 }, (_, at) =>
      [0, 1, 2, 3].reduce((sum, tap) => sum + weights[4 * at + tap]! ** 2, 0),
    ),
  );
  const gather = (values: Float64Array, power: number): Float64Array => {
    let [from, size]: [Float64Array, [number, number, number]] = [values, [ni, nj, nk]];
    for (const axis of [0, 1, 2] as const) {
      const powered = bases[axis].weights.map((one) => one ** power);
      from = spread(from, size, axis, { first: bases[axis].first, weights: powered }, spans[axis] + 3);
      size = size.map((length, other) => (other === axis ? spans[axis] + 3 : length)) as [number, number, number];
    }
    return from;
  };
  const weight = gather(Float64Array.from(mask), 2);
  const scaled = new Float64Array(mask.length);
  return (values) => {
    let at = 0;
    for (let k = 0; k < nk; k++)
      for (let j = 0; j < nj; j++) {
        const row = squares[1]![j]! * squares[2]![k]!;
        for (let i = 0; i < ni; i++, at++) scaled[at] = mask[at] === 1 ? values[at]! / (squares[0]![i]! * row) : 0;
      }
    const sums = gather(scaled, 3);
    return sums.map((sum, point) => (weight[point]! > 0 ? sum / weight[point]! : 0));
  };
}

/** Sums samples of one axis into its control points. */
function spread(
  values: Float64Array,
  size: readonly [number, number, number],
  axis: 0 | 1 | 2,
  { first, weights }: AxisBasis,
  points: number,
): Float64Array {
  const stride = size.slice(0, axis).reduce((product, one) => product * one, 1);
  const outer = size.slice(axis + 1).reduce((product, one) => product * one, 1);
  const length = size[axis];
  const result = new Float64Array(stride * points * outer);
  for (let block = 0; block < outer; block++)
    for (let at = 0; at < length; at++)
      for (let tap = 0; tap < 4; tap++) {
        const weight = weights[4 * at + tap]!;
        const from = stride * (at + length * block);
        const to = stride * (first[at]! + tap + points * block);
        for (let inner = 0; inner < stride; inner++) result[to + inner]! += weight * values[from + inner]!;
      }
  return result;
}

/**
 * Calls `row` with the sum of fields along each row of a volume that fills the same box, in order; the array is reused.
 * No more than a row is held, whatever the size of the volume.
 */
export function eachRow(
  fields: readonly SplineField[],
  [ni, nj, nk]: Size,
  row: (values: Float64Array, offset: number) => void,
): void {
  const parts = fields.map(({ spans: [a, b, c], control }) => ({
    ...{ control, a: a + 3, b: b + 3, along: axisBasis(ni, a), down: axisBasis(nj, b), through: axisBasis(nk, c) },
    plane: new Float64Array((a + 3) * (b + 3)),
    line: new Float64Array(a + 3),
  }));
  const values = new Float64Array(ni);
  for (let k = 0; k < nk; k++) {
    for (const { control, a, b, through, plane } of parts) {
      plane.fill(0);
      for (let tap = 0; tap < 4; tap++) {
        const weight = through.weights[4 * k + tap]!;
        const from = a * b * (through.first[k]! + tap);
        for (let at = 0; at < plane.length; at++) plane[at]! += weight * control[from + at]!;
      }
    }
    for (let j = 0; j < nj; j++) {
      values.fill(0);
      for (const { a, along, down, plane, line } of parts) {
        line.fill(0);
        for (let tap = 0; tap < 4; tap++) {
          const weight = down.weights[4 * j + tap]!;
          const from = a * (down.first[j]! + tap);
          for (let at = 0; at < a; at++) line[at]! += weight * plane[from + at]!;
        }
        const { first, weights } = along;
        for (let i = 0; i < ni; i++) {
          const from = first[i]!;
          values[i]! +=
            weights[4 * i]! * line[from]! +
            weights[4 * i + 1]! * line[from + 1]! +
            weights[4 * i + 2]! * line[from + 2]! +
            weights[4 * i + 3]! * line[from + 3]!;
        }
      }
      row(values, ni * (j + nj * k));
    }
  }
}
