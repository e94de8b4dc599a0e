import type { GradientTable } from './gradients.ts';
import type { Design } from './linear.ts';

/**
 * Rows of ln S = ln S0 - b g'Dg for D = xx, xy, yy, xz, yz, zz in um2/ms (b in ms/um2). A weighted volume without direction
 * sees the mean of the tensor.
 */
export function tensorDesign({ b, ras }: Pick<GradientTable, 'b' | 'ras'>): Design {
  const p = 7;
  const x = new Float64Array(b.length * p);
  for (const [row, value] of b.entries()) x.set([...tensorRow(value / 1000, ras[row]!), 1], row * p);
  return { n: b.length, p, x };
}

/** Pairs of axes in the order of a tensor's six numbers. */
export const tensorPairs = ['00', '01', '11', '02', '12', '22'] as const;
/** Axes of the fifteen numbers of a symmetric tensor of fourth order, with how often each stands in the full one. */
export const kurtosisTerms: readonly { axes: readonly [number, number, number, number]; times: number }[] = [
  { axes: [0, 0, 0, 0], times: 1 },
  { axes: [1, 1, 1, 1], times: 1 },
  { axes: [2, 2, 2, 2], times: 1 },
  { axes: [0, 0, 0, 1], times: 4 },
  { axes: [0, 0, 0, 2], times: 4 },
  { axes: [0, 1, 1, 1], times: 4 },
  { axes: [1, 1, 1, 2], times: 4 },
  { axes: [0, 2, 2, 2], times: 4 },
  { axes: [1, 2, 2, 2], times: 4 },
  { axes: [0, 0, 1, 1], times: 6 },
  { axes: [0, 0, 2, 2], times: 6 },
  { axes: [1, 1, 2, 2], times: 6 },
  { axes: [0, 0, 1, 2], times: 12 },
  { axes: [0, 1, 1, 2], times: 12 },
  { axes: [0, 1, 2, 2], times: 12 },
];

/**
 * Rows of ln S = ln S0 - b g'Dg + (b^2/6) sum V_ijkl g_i g_j g_k g_l with V = MD^2 W (Jensen 2005): six numbers of D, fifteen
 * of V, ln S0.
 */
export function kurtosisDesign({ b, ras }: Pick<GradientTable, 'b' | 'ras'>): Design {
  const p = 22;
  const x = new Float64Array(b.length * p);
  for (const [row, value] of b.entries()) {
    const beta = value / 1000;
    const g = ras[row]!;
    const fourth = kurtosisTerms.map(
      ({ axes, times }) => ((beta * beta) / 6) * times * axes.reduce<number>((product, axis) => product * g[axis]!, 1),
    );
    x.set([...tensorRow(beta, g), ...fourth, 1], row * p);
  }
  return { n: b.length, p, x };
}

/** Rows of ln S = ln S0 - b ADC; b in s/mm2, ADC in um2/ms. */
export function decayDesign(b: readonly number[]): Design {
  return { n: b.length, p: 2, x: Float64Array.from(b.flatMap((value) => [-value / 1000, 1])) };
}

function tensorRow(b: number, g: readonly number[]): number[] {
  if (g.every((value) => value === 0)) return [-b / 3, 0, -b / 3, 0, 0, -b / 3];
  const [x, y, z] = g as [number, number, number];
  return [-b * x * x, -2 * b * x * y, -b * y * y, -2 * b * x * z, -2 * b * y * z, -b * z * z];
}
