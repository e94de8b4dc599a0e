/** Kernels of Laws (1980), normalised to length 1 as IBSI 2 has them (manual, table 3). */
export const lawsKernels: Record<string, readonly number[]> = Object.fromEntries(
  Object.entries({
    L5: [1, 4, 6, 4, 1],
    E5: [-1, -2, 0, 2, 1],
    S5: [-1, 0, 2, 0, -1],
    W5: [-1, 2, 0, -2, 1],
    R5: [1, -4, 6, -4, 1],
    L3: [1, 2, 1],
    E3: [-1, 0, 1],
    S3: [-1, 2, -1],
  }).map(([name, kernel]) => [name, kernel.map((value) => value / Math.hypot(...kernel))]),
);

const [root2, root3, root7] = [Math.SQRT2, Math.sqrt(3), Math.sqrt(7)];

/** Low-pass analysis filters (Daubechies 1992, tables 6.1 and 8.1), in the order in which they are convolved. */
const lowPass: Record<string, readonly number[]> = {
  haar: [1 / root2, 1 / root2],
  db2: [1 - root3, 3 - root3, 3 + root3, 1 + root3].map((value) => value / (4 * root2)),
  db3: [
    0.035226291882100656, -0.08544127388224149, -0.13501102001039084, 0.4598775021193313, 0.8068915093133388,
    0.3326705529509569,
  ],
  db4: [
    -0.010597401784997278, 0.032883011666982945, 0.030841381835986965, -0.18703481171888114, -0.02798376941698385,
    0.6308807679295904, 0.7148465705525415, 0.23037781330885523,
  ],
  coif1: [root7 - 3, 1 - root7, 14 - 2 * root7, 14 + 2 * root7, 5 + root7, 1 - root7].map(
    (value) => value / (16 * root2),
  ),
};
export const waveletFamilies = Object.keys(lowPass) as [string, ...string[]];

/**
 * Low- or high-pass filter of a wavelet at a level of the undecimated transform: taps 2^(level - 1) apart. The high-pass is
 * the quadrature mirror of the low-pass. Filters of even length get a 0 at their end, so that they have a middle.
 */
export function waveletKernel(family: string, pass: 'L' | 'H', level: number): number[] {
  const low = lowPass[family]!;
  const taps = pass === 'L' ? [...low] : low.toReversed().map((value, at) => (at % 2 === 0 ? -value : value));
  if (taps.length % 2 === 0) taps.push(0);
  const apart = 2 ** (level - 1);
  const spread = new Array<number>((taps.length - 1) * apart + 1).fill(0);
  for (const [at, value] of taps.entries()) spread[at * apart] = value;
  return spread;
}
