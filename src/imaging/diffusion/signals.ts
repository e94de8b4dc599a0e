import type { SharedArrays } from '../../voxels/parallel.ts';

/** No signal enters a logarithm as less than this, in the unit of the signal. */
export const leastFloor = 1e-4;

/**
 * What signals that are not positive, or below it, enter logarithms as: the smallest positive signal of the series. In data
 * of whole numbers that is one step, which is what a 0 stands below; at least {@link leastFloor}.
 */
export function floorOf(data: Float32Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < data.length; at++) if (data[at]! > 0 && data[at]! < least) least = data[at]!;
  return Number.isFinite(least) ? Math.max(leastFloor, least) : leastFloor;
}

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

export interface ReaderSetup {
  /** Time points to read, in the order of the design. */
  volumes: number[];
  /** Voxels of one volume. */
  size: number;
  /** Lower signals are raised to it. */
  floor: number;
  /** Most voxels that are read at once. */
  block: number;
}

/**
 * Reads the signals of a block of voxels from volume-major data (`data`: [volume][voxel], `voxels`: indices of the mask)
 * into rows of `n`, with their logarithms. Volume by volume, so that memory is read in order.
 */
export function signalReader({ data, voxels }: SharedArrays, { volumes, size, block, floor }: ReaderSetup) {
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
        signal[q] = value > floor ? value : floor;
      }
    }
    const end = (to - from) * n;
    for (let q = 0; q < end; q++) log[q] = Math.log(signal[q]!);
  };
  return { signal, log, broken, read };
}
