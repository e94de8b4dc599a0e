import { type DeconvolutionOptions, type Deconvolver, deconvolver } from './deconvolve.ts';

/** What turns ratios of areas into volumes of blood. Sites state their own; these are the usual ones. */
export interface BloodConstants {
  /** (1 - haematocrit of large vessels) / (1 - that of capillaries). */
  haematocritFactor: number;
  /** Density of brain, g/mL. */
  densityGPerMl: number;
}
export const usualBlood: BloodConstants = { haematocritFactor: (1 - 0.45) / (1 - 0.25), densityGPerMl: 1.04 };

/** Overwritten by the next curve. */
export interface DscNumbers {
  /** mL/100 g. */
  cbv: number;
  /** mL/100 g/min. */
  cbf: number;
  /** CBV / CBF, s (central volume theorem). */
  mtt: number;
  /** Time at which the residue is largest, s; negative where the tissue leads the artery. */
  tmax: number;
}

export interface DscFitter {
  of(tissue: ArrayLike<number>, volume?: ArrayLike<number>): DscNumbers;
  /** CBV of a curve alone, mL/100 g. */
  area(volume: ArrayLike<number>): number;
  method: Deconvolver;
}

/**
 * CBV, CBF, MTT and Tmax of curves of dR2* (1/s) at even times. `tissue` is deconvolved, `volume` (the same curve after
 * correction for leakage, or the same) gives the area. Both without contrast before its arrival.
 */
export function dscFitter(
  input: Float64Array,
  stepS: number,
  options: DeconvolutionOptions,
  { haematocritFactor, densityGPerMl }: BloodConstants = usualBlood,
): DscFitter {
  const method = deconvolver(input, stepS, options);
  const residue = new Float64Array(method.length);
  const scale = (100 * haematocritFactor) / densityGPerMl;
  const arterial = area(input);
  const numbers: DscNumbers = { cbv: 0, cbf: 0, mtt: 0, tmax: 0 };
  return {
    method,
    area: (volume) => (scale * area(volume)) / arterial,
    of(tissue, volume = tissue) {
      method.deconvolve(tissue, residue);
      let at = 0;
      for (let one = 1; one < residue.length; one++) if (residue[one]! > residue[at]!) at = one;
      numbers.cbv = (scale * area(volume)) / arterial;
      numbers.cbf = scale * 60 * residue[at]!;
      numbers.mtt = (60 * numbers.cbv) / numbers.cbf;
      // In a circulant residue the second half are times before zero.
      numbers.tmax = stepS * (options.method !== 'ssvd' && at > residue.length / 2 ? at - residue.length : at);
      return numbers;
    },
  };
}

/** Trapezoids at even times, without the step: it cancels. */
function area(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]!;
  return sum - (values[0]! + values[values.length - 1]!) / 2;
}
