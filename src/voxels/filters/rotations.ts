/** Kernels for x, y and, in the volume, z. */
export type Kernels = readonly (readonly number[])[];

/**
 * The same kernels turned by every quarter turn about every axis: 24 in the volume, 4 in a slice. An axis gets the kernel of
 * another one, reversed where the turn reverses it.
 */
export function rotated(kernels: Kernels): Kernels[] {
  return quarterTurns(kernels.length).map((turn) =>
    turn.map(({ from, isReversed }) => (isReversed ? kernels[from]!.toReversed() : kernels[from]!)),
  );
}

function quarterTurns(dimensions: number): { from: number; isReversed: boolean }[][] {
  const orders =
    dimensions === 2
      ? [
          [0, 1],
          [1, 0],
        ]
      : [
          [0, 1, 2],
          [0, 2, 1],
          [1, 0, 2],
          [1, 2, 0],
          [2, 0, 1],
          [2, 1, 0],
        ];
  const turns: { from: number; isReversed: boolean }[][] = [];
  for (const order of orders)
    for (let signs = 0; signs < 2 ** dimensions; signs++) {
      let swaps = 0;
      for (let a = 0; a < dimensions; a++) for (let b = a + 1; b < dimensions; b++) if (order[a]! > order[b]!) swaps++;
      const reversals = order.filter((_, axis) => (signs >> axis) & 1).length;
      // A turn keeps the hand: its matrix has determinant 1.
      if ((swaps + reversals) % 2 === 0)
        turns.push(order.map((from, axis) => ({ from, isReversed: ((signs >> axis) & 1) === 1 })));
    }
  return turns;
}

export type Pooling = 'max' | 'min' | 'mean';

/** One map of several: the largest, smallest or mean value at each voxel. Maps are made one after the other. */
export function pooled(makers: readonly (() => Float64Array)[], how: Pooling): Float64Array {
  let result: Float64Array | undefined;
  for (const make of makers) {
    const map = make();
    if (!result) {
      result = map.slice();
      continue;
    }
    for (let at = 0; at < map.length; at++) {
      const value = map[at]!;
      if (how === 'mean') result[at]! += value;
      else if (how === 'max' ? value > result[at]! : value < result[at]!) result[at] = value;
    }
  }
  if (how === 'mean') for (let at = 0; at < result!.length; at++) result![at]! /= makers.length;
  return result!;
}
