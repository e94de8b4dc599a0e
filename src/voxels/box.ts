import type { Size } from './components.ts';

/** A part of a volume: voxels low[axis] .. high[axis] - 1. */
export interface Box {
  low: [number, number, number];
  high: [number, number, number];
}

export function boxSize({ low, high }: Box): [number, number, number] {
  return [high[0] - low[0], high[1] - low[1], high[2] - low[2]];
}

/** The smallest box around all voxels that pass, or undefined when none does. The first axis is the fastest. */
export function boundingBox(
  data: ArrayLike<number>,
  [n0, n1, n2]: Size,
  passes: (value: number) => boolean,
): Box | undefined {
  const low: [number, number, number] = [n0, n1, n2];
  const high: [number, number, number] = [0, 0, 0];
  let at = 0;
  for (let c = 0; c < n2; c++)
    for (let b = 0; b < n1; b++)
      for (let a = 0; a < n0; a++, at++) {
        if (!passes(data[at]!)) continue;
        if (a < low[0]) low[0] = a;
        if (a >= high[0]) high[0] = a + 1;
        if (b < low[1]) low[1] = b;
        if (b >= high[1]) high[1] = b + 1;
        if (c < low[2]) low[2] = c;
        high[2] = c + 1;
      }
  return high[0] > 0 ? { low, high } : undefined;
}

/** The box with a margin on each side, cut at the borders of the volume. */
export function grow(box: Box, margin: number, size: Size): Box {
  return {
    low: box.low.map((value) => Math.max(0, value - margin)) as Box['low'],
    high: box.high.map((value, axis) => Math.min(size[axis]!, value + margin)) as Box['high'],
  };
}
