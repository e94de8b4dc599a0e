import type { Reported } from './models.ts';
import { tracerModels } from './models.ts';
import { semiQuantitative } from './semiQuantitative.ts';

/** Maps of susceptibility-contrast series. */
export const dscReported = [
  { name: 'cbv', title: 'CBV, corrected for leakage', unit: 'mL/(100.g)' },
  { name: 'cbv-uncorrected', title: 'CBV', unit: 'mL/(100.g)' },
  { name: 'cbf', title: 'CBF', unit: 'mL/(100.g)/min' },
  { name: 'mtt', title: 'Mean transit time', unit: 's' },
  { name: 'tmax', title: 'Tmax', unit: 's' },
  { name: 'k2', title: 'Leakage (K2)', unit: '/s' },
  { name: 'residual', title: 'Noise before contrast, share of the peak', unit: '1' },
] as const satisfies readonly Reported[];

/** Maps of labelled series: what they have with one delay, what several add, and what remains without calibration. */
export const aslReported = {
  single: [
    { name: 'cbf', title: 'CBF', unit: 'mL/(100.g)/min' },
    { name: 'cbf-se', title: 'CBF, standard error', unit: 'mL/(100.g)/min' },
  ],
  arrival: [
    { name: 'att', title: 'Arterial transit time', unit: 's' },
    { name: 'att-se', title: 'Arterial transit time, standard error', unit: 's' },
  ],
  relative: [
    { name: 'perfusion-weighted', title: 'Perfusion-weighted difference', unit: '1' },
    { name: 'perfusion-weighted-se', title: 'Perfusion-weighted difference, standard error', unit: '1' },
  ],
} as const satisfies Record<string, readonly Reported[]>;

export const t1Reported = [
  { name: 't1', title: 'T1', unit: 's' },
  { name: 'r1', title: 'R1', unit: '/s' },
  { name: 'r1-se', title: 'R1, standard error', unit: '/s' },
  { name: 's0', title: 'Signal of full magnetisation', unit: '1' },
] as const satisfies readonly Reported[];

export const fitQuality: Reported = { name: 'r2', title: 'Share of variance explained (R2)', unit: '1' };

/** The standard error of a number, as a map of its own. */
export function errorOf({ name, title, unit }: Reported): Reported {
  return { name: `${name}-se`, title: `${title}, standard error`, unit };
}

/** Every perfusion map by the role of its artifact, with its unit: what the viewer shows them in. */
export const perfusionMapUnits: readonly (readonly [role: string, unit: string])[] = [
  ...semiQuantitative,
  ...Object.values(tracerModels).flatMap(({ reported }) => reported.flatMap((one) => [one, errorOf(one)])),
  ...dscReported,
  ...Object.values(aslReported).flat(),
  ...t1Reported,
  fitQuality,
].map(({ name, unit }) => [`${name}-map`, unit] as const);
