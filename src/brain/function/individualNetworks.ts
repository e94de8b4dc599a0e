import type { Cleaner } from './clean.ts';
import type { BoldRun } from './load.ts';
import { dot, orthonormalise } from './orthonormal.ts';

export interface IndividualNetworks {
  names: string[];
  /** 1 + index of the network that fits each voxel best, 0 outside. */
  labels: Uint8Array;
  /** 0 to 1: how far the best fits better than the second, (best - second) / (best + |second|), halved where the halves disagree. */
  confidence: Float32Array;
  /** Share of voxels that get the same network from either half of the run. */
  agreement: number;
  /** Share of voxels of a parcel that stay with the parcel's own network. */
  withAtlas: number;
}

/**
 * The patient's own networks by dual regression: the time course of each network of the atlas, then for each voxel the network
 * whose time course fits best when all are fitted together. Done for the whole run and for either half.
 * `parcelNetwork`: index + 1 of the atlas's network by voxel, 0 outside cortex.
 */
export function individualNetworks(
  run: Pick<BoldRun, 'data' | 'size' | 'volumes'> & { voxels: Int32Array },
  cleaned: Cleaner,
  names: readonly string[],
  networkSeries: readonly Float64Array[],
  parcelNetwork: Uint8Array,
  progress?: (fraction: number) => void,
): IndividualNetworks {
  const { data, size, volumes, voxels } = run;
  const n = cleaned.volumes;
  const middle = n >> 1;
  const parts = [
    [0, n],
    [0, middle],
    [middle, n],
  ].map(([from, to]) => ({ from: from!, to: to!, solve: fitter(networkSeries.map((one) => one.slice(from, to))) }));
  const labels = new Uint8Array(size);
  const confidence = new Float32Array(size);
  const series = new Float64Array(volumes);
  let [same, own, inParcel] = [0, 0, 0];
  for (const [item, at] of voxels.entries()) {
    for (let t = 0; t < volumes; t++) series[t] = data[t * size + at]!;
    const clean = cleaned.clean(series);
    const [whole, first, second] = parts.map(({ from, to, solve }) => best(solve(clean.subarray(from, to)))) as [
      Best,
      Best,
      Best,
    ];
    labels[at] = whole.network + 1;
    const agree = first.network === second.network;
    const margin = whole.value > 0 ? (whole.value - whole.next) / (whole.value + Math.abs(whole.next)) : 0;
    confidence[at] = Math.max(0, Math.min(1, margin)) * (agree ? 1 : 0.5);
    if (agree) same++;
    if (parcelNetwork[at]! > 0) {
      inParcel++;
      if (parcelNetwork[at] === labels[at]) own++;
    }
    if (item % 4096 === 0) progress?.(item / voxels.length);
  }
  return {
    ...{ names: [...names], labels, confidence },
    ...{ agreement: same / voxels.length, withAtlas: inParcel > 0 ? own / inParcel : 0 },
  };
}

interface Best {
  network: number;
  value: number;
  next: number;
}

function best(values: readonly number[]): Best {
  let found: Best = { network: 0, value: -Infinity, next: -Infinity };
  for (const [network, value] of values.entries())
    if (value > found.value) found = { network, value, next: found.value };
    else if (value > found.next) found.next = value;
  return found;
}

/** Standardised coefficients of a series on all columns together. */
function fitter(columns: readonly Float64Array[]): (series: Float64Array) => number[] {
  const unit = columns.map((column) => {
    const length = Math.sqrt(dot(column, column)) || 1;
    return column.map((value) => value / length);
  });
  const { q, r, kept } = orthonormalise(unit);
  return (series) => {
    const length = Math.sqrt(dot(series, series)) || 1;
    const along = q.map((one) => dot(one, series) / length);
    const result = new Array<number>(columns.length).fill(-Infinity);
    for (let at = kept.length - 1; at >= 0; at--) {
      let value = along[at]!;
      for (let later = at + 1; later < kept.length; later++) value -= r[later]![at]! * result[kept[later]!]!;
      result[kept[at]!] = value / r[at]![at]!;
    }
    return result;
  };
}
