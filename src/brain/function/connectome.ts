import { networks, type Parcel } from './atlas.ts';
import { dot } from './orthonormal.ts';

export interface Connectome {
  parcels: Parcel[];
  /** Fisher z of the correlation, row-major, 0 on the diagonal. */
  z: Float64Array;
}

/** Correlations would be infinite as z beyond this. */
const mostR = 0.999999;

/** Pearson correlation of every two series as Fisher z. `of`: volumes from..to-1 (default all). */
export function connectomeOf(
  parcels: Parcel[],
  series: readonly Float64Array[],
  of?: readonly [number, number],
): Connectome {
  const n = parcels.length;
  const unit = series.map((one) => {
    const part = of ? one.subarray(...of) : one;
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
    const centred = part.map((value) => value - mean);
    const length = Math.sqrt(dot(centred, centred));
    return length > 0 ? centred.map((value) => value / length) : centred;
  });
  const z = new Float64Array(n * n);
  for (let a = 0; a < n; a++)
    for (let b = 0; b < a; b++) {
      const r = Math.max(-mostR, Math.min(mostR, dot(unit[a]!, unit[b]!)));
      z[a * n + b] = z[b * n + a] = Math.atanh(r);
    }
  return { parcels, z };
}

export interface SplitHalf {
  /** Correlation over edges of the connectomes of the first and second half. */
  r: number;
  /** What the whole run would reach by Spearman and Brown. */
  whole: number;
  /** SD over edges of the difference of the halves, divided by 2: the error of an edge of the whole run, in z. */
  edgeSe: number;
}

/** How well the edges of a run repeat: first half against second half. */
export function splitHalf(parcels: Parcel[], series: readonly Float64Array[]): SplitHalf {
  const middle = series[0]!.length >> 1;
  const first = edgesOf(connectomeOf(parcels, series, [0, middle]));
  const second = edgesOf(connectomeOf(parcels, series, [middle, series[0]!.length]));
  const r = pearson(first, second);
  let squares = 0;
  for (let at = 0; at < first.length; at++) squares += (first[at]! - second[at]!) ** 2;
  return { r, whole: (2 * r) / (1 + r), edgeSe: Math.sqrt(squares / first.length) / 2 };
}

/** The lower triangle, by row. */
export function edgesOf({ parcels, z }: Connectome): Float64Array {
  const n = parcels.length;
  const edges = new Float64Array((n * (n - 1)) / 2);
  for (let a = 1, at = 0; a < n; a++) for (let b = 0; b < a; b++, at++) edges[at] = z[a * n + b]!;
  return edges;
}

export interface NetworkMean {
  a: string;
  b: string;
  /** Mean z over its edges. */
  z: number;
  edges: number;
}

/** Mean z within each network and between every two. */
export function networkMeans({ parcels, z }: Connectome): NetworkMean[] {
  const n = parcels.length;
  const sums = new Map<string, NetworkMean>();
  for (let i = 1; i < n; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [parcels[i]!.network, parcels[j]!.network].sort((x, y) => rank(x) - rank(y)) as [string, string];
      const key = `${a} ${b}`;
      const sum = sums.get(key) ?? { a, b, z: 0, edges: 0 };
      sum.z += z[i * n + j]!;
      sum.edges++;
      sums.set(key, sum);
    }
  return [...sums.values()]
    .map((one) => ({ ...one, z: one.z / one.edges }))
    .sort((x, y) => rank(x.a) - rank(y.a) || rank(x.b) - rank(y.b));
}

function rank(network: string): number {
  const at = (networks as readonly string[]).indexOf(network);
  return at < 0 ? networks.length : at;
}

export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let [ma, mb] = [0, 0];
  for (let at = 0; at < n; at++) {
    ma += a[at]! / n;
    mb += b[at]! / n;
  }
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < n; at++) {
    ab += (a[at]! - ma) * (b[at]! - mb);
    aa += (a[at]! - ma) ** 2;
    bb += (b[at]! - mb) ** 2;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
