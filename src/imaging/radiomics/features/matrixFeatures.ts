/** A matrix of levels (rows, from 1) by runs, zones, distances or dependences (columns, from 1) without its zeros. */
export interface Counts {
  level: Int32Array;
  column: Float64Array;
  count: Float64Array;
  /** Voxels that the matrix was made from, once for every direction. */
  voxels: number;
}

/** Tables that are empty again, for the next counters: a window of a feature map takes dozens of them. */
const spare: Float64Array[] = [];
const [spareLength, mostSpare] = [4096, 4];
/** Where {@link counter} puts the counts of small matrices of which only the features are asked. */
const scratch = {
  level: new Int32Array(spareLength),
  column: new Float64Array(spareLength),
  count: new Float64Array(spareLength),
};

/**
 * Gathers counts of level and column; columns below `width` in a dense table, others in a map. `ranked`: the levels that the
 * numbers of levels stand for, rising, where those are ranks. `take` or `features` ends it.
 */
export function counter(levels: number, width: number, ranked?: ArrayLike<number>) {
  const length = (levels + 1) * width;
  const dense = length <= spareLength ? (spare.pop() ?? new Float64Array(spareLength)) : new Float64Array(length);
  const sparse = new Map<number, number>();
  const far = 2 ** 32;
  const filled = (): number => {
    let count = 0;
    for (let at = 0; at < length; at++) if (dense[at] !== 0) count++;
    return count;
  };
  /** Moves the counts of the table, and leaves it empty for the next. */
  const move = ({ level, column, count }: Omit<Counts, 'voxels'>): void => {
    for (let row = 0, at = 0, next = 0; row <= levels; row++)
      for (let j = 0; j < width; j++, at++) {
        if (dense[at] === 0) continue;
        level[next] = ranked === undefined ? row : ranked[row]!;
        column[next] = j;
        count[next++] = dense[at]!;
        dense[at] = 0;
      }
    if (dense.length === spareLength && spare.length < mostSpare) spare.push(dense);
  };
  const take = (voxels: number): Counts => {
    if (sparse.size > 0) {
      const entries: [number, number, number][] = [];
      for (let at = 0; at < length; at++)
        if (dense[at] !== 0) entries.push([Math.floor(at / width), at % width, dense[at]!]);
      for (const [key, count] of sparse) entries.push([Math.floor(key / far), key % far, count]);
      return countsOf(entries, voxels);
    }
    const n = filled();
    const counts = { level: new Int32Array(n), column: new Float64Array(n), count: new Float64Array(n), voxels };
    move(counts);
    return counts;
  };
  return {
    dense,
    width,
    add(level: number, column: number): void {
      if (column < width) dense[level * width + column]! += 1;
      else sparse.set(level * far + column, (sparse.get(level * far + column) ?? 0) + 1);
    },
    /** The counts, by level and then column. */
    take,
    /** What {@link matrixFeatures} makes of the counts. */
    features(voxels: number): number[] | undefined {
      if (sparse.size > 0 || length > spareLength) return matrixFeatures(take(voxels));
      const n = filled();
      move(scratch);
      return featuresOf({ ...scratch, voxels }, n);
    },
  };
}

function countsOf(entries: [number, number, number][], voxels: number): Counts {
  entries.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    level: Int32Array.from(entries, ([level]) => level),
    column: Float64Array.from(entries, ([, column]) => column),
    count: Float64Array.from(entries, ([, , count]) => count),
    voxels,
  };
}

/** The sum of matrices. */
export function added(matrices: readonly Counts[]): Counts {
  const sums = new Map<number, number>();
  const far = 2 ** 32;
  let voxels = 0;
  for (const one of matrices) {
    voxels += one.voxels;
    for (let at = 0; at < one.count.length; at++) {
      const key = one.level[at]! * far + one.column[at]!;
      sums.set(key, (sums.get(key) ?? 0) + one.count[at]!);
    }
  }
  return countsOf(
    Array.from(sums, ([key, count]): [number, number, number] => [Math.floor(key / far), key % far, count]),
    voxels,
  );
}

/**
 * The sixteen or seventeen values that IBSI defines alike on run length, size zone, distance zone and dependence matrices
 * (reference manual 3.7 to 3.9 and 3.11), in the order of {@link matrixTags}. Undefined for an empty matrix. Rows come by
 * level and then column.
 */
export function matrixFeatures(counts: Counts): number[] | undefined {
  return featuresOf(counts, counts.count.length);
}

function featuresOf({ level, column, count, voxels }: Counts, filled: number): number[] | undefined {
  let total = 0;
  for (let at = 0; at < filled; at++) total += count[at]!;
  if (total === 0) return undefined;
  let [short, long, low, high, shortLow, shortHigh, longLow, longHigh] = [0, 0, 0, 0, 0, 0, 0, 0];
  let meanLevel = 0;
  let meanColumn = 0;
  let entropy = 0;
  let energy = 0;
  let levels = 0;
  let ofLevel = 0;
  let widest = 0;
  for (let at = 0; at < filled; at++) {
    const n = count[at]!;
    const i = level[at]!;
    const j = column[at]!;
    const i2 = i ** 2;
    const j2 = j ** 2;
    short += n / j2;
    long += n * j2;
    low += n / i2;
    high += n * i2;
    shortLow += n / (i2 * j2);
    shortHigh += (n * i2) / j2;
    longLow += (n * j2) / i2;
    longHigh += n * i2 * j2;
    // Counts are whole numbers, whose squares and sums are exact in any order.
    ofLevel += n;
    if (at + 1 === filled || level[at + 1] !== level[at]) {
      levels += ofLevel * ofLevel;
      ofLevel = 0;
    }
    if (j > widest) widest = j;
    const p = n / total;
    meanLevel += p * i;
    meanColumn += p * j;
    entropy -= p * Math.log2(p);
    energy += p * p;
  }
  let levelVariance = 0;
  let columnVariance = 0;
  for (let at = 0; at < filled; at++) {
    const p = count[at]! / total;
    levelVariance += p * (level[at]! - meanLevel) ** 2;
    columnVariance += p * (column[at]! - meanColumn) ** 2;
  }
  const columns = squaresByColumn(column, count, filled, widest);
  return [
    short / total,
    long / total,
    low / total,
    high / total,
    shortLow / total,
    shortHigh / total,
    longLow / total,
    longHigh / total,
    levels / total,
    levels / total ** 2,
    columns / total,
    columns / total ** 2,
    total / voxels,
    levelVariance,
    columnVariance,
    entropy,
    energy,
  ];
}

/** Sum over columns of the square of how often they occur. */
function squaresByColumn(column: Float64Array, count: Float64Array, filled: number, widest: number): number {
  let sum = 0;
  if (widest > 4096) {
    const byColumn = new Map<number, number>();
    for (let at = 0; at < filled; at++) byColumn.set(column[at]!, (byColumn.get(column[at]!) ?? 0) + count[at]!);
    for (const n of byColumn.values()) sum += n * n;
    return sum;
  }
  const byColumn = new Float64Array(widest + 1);
  for (let at = 0; at < filled; at++) byColumn[column[at]!]! += count[at]!;
  for (let at = 0; at <= widest; at++) sum += byColumn[at]! * byColumn[at]!;
  return sum;
}

/** Endings of the tags of {@link matrixFeatures} in each family. The energy is defined for dependences only. */
export const matrixTags = {
  glrlm: tags('rlm', 's', 'l', 'r', 'lgre', 'hgre', 'rlnu', 'r_perc', 'rl'),
  glszm: tags('szm', 's', 'l', 'z', 'lgze', 'hgze', 'zsnu', 'z_perc', 'zs'),
  gldzm: tags('dzm', 's', 'l', 'd', 'lgze', 'hgze', 'zdnu', 'z_perc', 'zd'),
  ngldm: [...tags('ngl', 'l', 'h', 'd', 'lgce', 'hgce', 'dcnu', 'dc_perc', 'dc'), 'ngl_dc_energy'],
} as const;

function tags(
  family: string,
  short: string,
  long: string,
  what: string,
  lowLevel: string,
  highLevel: string,
  uniformity: string,
  share: string,
  column: string,
): string[] {
  return [
    `${short}${what}e`,
    `${long}${what}e`,
    lowLevel,
    highLevel,
    `${short}${what}lge`,
    `${short}${what}hge`,
    `${long}${what}lge`,
    `${long}${what}hge`,
    'glnu',
    'glnu_norm',
    uniformity,
    `${uniformity}_norm`,
    share,
    'gl_var',
    `${column}_var`,
    `${column}_entr`,
  ].map((ending) => `${family}_${ending}`);
}
