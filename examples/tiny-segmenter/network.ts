/**
 * A network with weights set by hand that labels the head phantom of the examples: nested ellipsoids of background 0,
 * fluid 40, grey 110, white 180. It sees intensities after conform and min-max, where white lies near 0.95 of the
 * range (the brightest 0.1 % of the noise becomes 1); its thresholds lie half way between the tissues.
 */
const brightest = 188;
const thresholds = { fluid: 20 / brightest, grey: 75 / brightest, white: 145 / brightest };

/** Voxels to each side at which it looks around: farther than the phantom's grey shell and fluid are thick. */
export const reach = 16;

/** Classes in the order of the label file. */
export const tinyLabels = [
  { name: 'Unknown', rgb: [0, 0, 0] },
  { name: 'Cerebral-White-Matter', rgb: [245, 245, 245] },
  { name: 'Cerebral-Cortex', rgb: [205, 62, 78] },
  { name: 'Lateral-Ventricle', rgb: [120, 18, 134] },
  { name: 'Putamen', rgb: [236, 13, 176] },
] as const;

export interface TinyLayer {
  name: string;
  kernel: 1 | 3;
  dilation: number;
  inputs: number;
  outputs: number;
  activation: 'relu' | 'linear';
  /** weight(tap 0..26 or 0, input, output); the centre of 27 is 13. */
  weight(tap: number, input: number, output: number): number;
  bias(output: number): number;
}

/** Steepness of a step in units of the input: 0 to 1 within 1/40 of the range. */
const slope = 40;

/**
 * Three layers.
 * 1. Ramps at each threshold: channels 2n and 2n + 1 are relu(slope (x - t) + 0.5) and the same - 0.5; their difference
 *    is a step from 0 to 1 at t.
 * 2. The three steps, and `deep`: 1 where all 26 neighbours at {@link reach} lie inside the head (relu again).
 * 3. One linear score a class; the largest wins.
 */
export const tinyLayers: readonly TinyLayer[] = [
  {
    name: 'ramps',
    kernel: 1,
    dilation: 1,
    inputs: 1,
    outputs: 6,
    activation: 'relu',
    weight: () => slope,
    bias: (output) => -slope * Object.values(thresholds)[output >> 1]! + (output % 2 === 0 ? 0.5 : -0.5),
  },
  {
    name: 'steps',
    kernel: 3,
    dilation: reach,
    inputs: 6,
    outputs: 4,
    activation: 'relu',
    weight(tap, input, output) {
      const sign = input % 2 === 0 ? 1 : -1;
      if (output < 3) return tap === 13 && input >> 1 === output ? sign : 0;
      return tap !== 13 && input >> 1 === 0 ? sign : 0;
    },
    // 26 neighbours inside give 1, 25 give 0.
    bias: (output) => (output < 3 ? 0 : -25),
  },
  {
    name: 'output',
    kernel: 1,
    dilation: 1,
    inputs: 4,
    outputs: tinyLabels.length,
    activation: 'linear',
    weight: (_tap, input, output) => scores[output]![input]!,
    bias: (output) => scores[output]![4]!,
  },
];

/**
 * Score of a class = sum of weight x (fluid step, grey step, white step, deep) + constant. Steps are cumulative: white
 * matter has all three. Check by cases: outside 000x, fluid 100x, grey 110x, white 111x.
 */
const scores: readonly (readonly [number, number, number, number, number])[] = [
  [0, -2, -2, 0, 0.5], // Unknown: outside, and fluid that is not deep
  [0, 0, 4, 0, -2.5], // White matter
  [0, 2, -2, 0, -0.5], // Cortex: grey that is not deep
  [1, -3, -2, 1, -1], // Lateral ventricle: deep fluid
  [0, 2, -2, 1, -1], // Putamen: deep grey
];
