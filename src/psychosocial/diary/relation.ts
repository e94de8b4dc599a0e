import { lagOne } from '../series.ts';
import { correlation } from './numbers.ts';

export interface Relation {
  /** Spearman's rank correlation of answers of the same moment. */
  value: number;
  /** 95 % interval; undefined where the series are too alike from moment to moment to say anything. */
  interval: [number, number] | undefined;
  moments: number;
  /** Moments that count after the likeness of neighbours is allowed for. */
  effective: number;
}

/** Fewer moments say too little. */
export const fewestMoments = 20;

/**
 * How two measures go together at the same moments of one person. Ranks, because scales of diaries are not even. The
 * interval is Fisher's with the variance 1.06 / (n - 3) of ranks (Fieller, Hartley and Pearson 1957, doi
 * 10.1093/biomet/44.3-4.470); n is lowered to n (1 - r1 r2) / (1 + r1 r2), where r1 and r2 are the lag-1 autocorrelations
 * (Bartlett 1935): two drifting series look related. It describes; nothing here says that one moves the other.
 */
export function relationOf(pairs: readonly (readonly [number, number])[]): Relation | undefined {
  if (pairs.length < fewestMoments) return undefined;
  const first = ranks(pairs.map(([a]) => a));
  const second = ranks(pairs.map(([, b]) => b));
  const value = correlation(first.map((rank, index) => [rank, second[index]!] as const));
  if (value === undefined) return undefined;
  const carried = Math.max(0, lagOne(first) * lagOne(second));
  const effective = (pairs.length * (1 - carried)) / (1 + carried);
  const z = Math.atanh(Math.max(-0.999999, Math.min(0.999999, value)));
  const half = effective > 4 ? 1.959964 * Math.sqrt(1.06 / (effective - 3)) : undefined;
  return {
    value,
    interval: half === undefined ? undefined : [Math.tanh(z - half), Math.tanh(z + half)],
    moments: pairs.length,
    effective,
  };
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const found = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && order[to]!.value === order[from]!.value) to++;
    for (let k = from; k < to; k++) found[order[k]!.index] = (from + 1 + to) / 2;
    from = to;
  }
  return found;
}
