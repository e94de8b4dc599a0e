import type { SharedArrays } from '../../voxels/parallel.ts';

/** Signals at or below this enter logarithms as this (arbitrary units; the floor of the reference definition). */
export const signalFloor = 1e-4;

/** What happened in a voxel, as bits of the `flags` map. */
export const flags = {
  /** An eigenvalue of the tensor was not positive and was raised to the floor. */
  negativeEigenvalue: 1,
  /** A signal was not positive. */
  signalNotPositive: 2,
  /** The weakest signal lies below three times the noise, where Rician bias raises it. */
  noiseFloor: 4,
  /** The weighted fit had no solution; the ordinary one stands. */
  fitFellBack: 8,
  /** A parameter ended at a bound of its range. */
  atBound: 16,
} as const;

/**
 * Reads the signals of a block of voxels from volume-major data (`data`: [volume][voxel], `voxels`: indices of the mask)
 * into rows of `n`, with their logarithms. Volume by volume, so that memory is read in order.
 */
export function signalReader({ data, voxels }: SharedArrays, volumes: readonly number[], size: number, block: number) {
  const n = volumes.length;
  const signal = new Float64Array(block * n);
  const log = new Float64Array(block * n);
  /** 1 for voxels in which some signal was not positive. */
  const broken = new Uint8Array(block);
  const read = (from: number, to: number): void => {
    broken.fill(0);
    for (let i = 0; i < n; i++) {
      const first = volumes[i]! * size;
      for (let item = from, q = i; item < to; item++, q += n) {
        const value = data![first + voxels![item]!]!;
        if (!(value > 0)) broken[item - from] = 1;
        signal[q] = value > signalFloor ? value : signalFloor;
      }
    }
    const end = (to - from) * n;
    for (let q = 0; q < end; q++) log[q] = Math.log(signal[q]!);
  };
  return { signal, log, broken, read };
}
