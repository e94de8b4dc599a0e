import type { Kernel } from '../../voxels/parallel.ts';
import { type ShellPlan, shellMeans } from './shellMeans.ts';
import { flags, type ReaderSetup, signalReader } from './signals.ts';

export interface DecaySetup extends ReaderSetup {
  shells: ShellPlan;
  /** `wls`: weights S^2 and volumes of a shell; `ols`: all shells alike. */
  method: 'ols' | 'wls';
  /** Noise in units of the signal, 0 when it is not known. */
  noise: number;
}

/**
 * The apparent diffusion coefficient of each voxel: a line through the trace-weighted logarithms of the b-values. Writes
 * `adc`, `adcSe` (mm2/s; 0 with two b-values, which leave nothing to judge by), `s0`, `residual` (noise of the fit / S0),
 * `flags`. A negative ADC stays what it is: clipped to 0 it would raise the mean of every noisy region.
 */
export const kernel: Kernel<DecaySetup> = (setup, arrays) => {
  const { shells, volumes, method, noise } = setup;
  const { voxels, adc, adcSe, s0, residual, flags: flagged } = arrays as Required<typeof arrays>;
  const n = volumes.length;
  const count = shells.b.length;
  const b = Float64Array.from(shells.b, (value) => value / 1000);
  const many = Float64Array.from(shells.entries, ({ length }) => length);
  const reader = signalReader(arrays, setup);
  const log = new Float64Array(count);
  const weight = new Float64Array(count);
  let slope = 0;
  let top = 0;
  let spread = 0;
  const line = (): void => {
    let sum = 0;
    let sumB = 0;
    let sumY = 0;
    for (let s = 0; s < count; s++) {
      sum += weight[s]!;
      sumB += weight[s]! * b[s]!;
      sumY += weight[s]! * log[s]!;
    }
    const meanB = sumB / sum;
    const meanY = sumY / sum;
    spread = 0;
    let along = 0;
    for (let s = 0; s < count; s++) {
      spread += weight[s]! * (b[s]! - meanB) ** 2;
      along += weight[s]! * (b[s]! - meanB) * (log[s]! - meanY);
    }
    slope = -along / spread;
    top = meanY + slope * meanB;
  };
  return (from, to) => {
    reader.read(from, to);
    for (let item = from; item < to; item++) {
      const voxel = voxels![item]!;
      const at = (item - from) * n;
      shellMeans(shells, reader.log, at, log);
      weight.fill(1);
      line();
      if (method === 'wls' && count > 2) {
        const steep = slope;
        for (let s = 0; s < count; s++) weight[s] = many[s]! * Math.exp(-2 * steep * b[s]!);
        line();
      }
      let sum = 0;
      for (let s = 0; s < count; s++) sum += weight[s]! * (log[s]! - top + slope * b[s]!) ** 2;
      const variance = count > 2 ? sum / (count - 2) : 0;
      let bits = reader.broken[item - from] === 1 ? flags.signalNotPositive : 0;
      if (noise > 0 && Math.exp(log[count - 1]!) < 3 * noise) bits |= flags.noiseFloor;
      adc![voxel] = slope * 1e-3;
      adcSe![voxel] = Math.sqrt(variance / spread) * 1e-3;
      s0![voxel] = Math.exp(top);
      residual![voxel] = Math.sqrt(variance);
      flagged![voxel] = bits;
    }
  };
};
