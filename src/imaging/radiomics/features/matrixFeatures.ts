/** A matrix of levels (rows, from 1) by runs, zones, distances or dependences (columns, from 1) without its zeros. */
export interface Counts {
  level: Int32Array;
  column: Float64Array;
  count: Float64Array;
  /** Voxels that the matrix was made from, once for every direction. */
  voxels: number;
}

/** Gathers counts of level and column; columns below `width` in a dense table, others in a map. */
export function counter(levels: number, width: number) {
  const dense = new Float64Array((levels + 1) * width);
  const sparse = new Map<number, number>();
  const far = 2 ** 32;
  return {
    dense,
    width,
    add(level: number, column: number): void {
      if (column < width) dense[level * width + column]! += 1;
      else sparse.set(level * far + column, (sparse.get(level * far + column) ?? 0) + 1);
    },
    /** The counts so far, by level and then column. Empties the table. */
    take(voxels: number): Counts {
      const entries: [number, number, number][] = [];
      for (let at = 0; at < dense.length; at++)
        if (dense[at] !== 0) entries.push([Math.floor(at / width), at % width, dense[at]!]);
      for (const [key, count] of sparse) entries.push([Math.floor(key / far), key % far, count]);
      dense.fill(0);
      sparse.clear();
      return countsOf(entries, voxels);
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
 * (reference manual 3.7 to 3.9 and 3.11), in the order of {@link matrixTags}. Undefined for an empty matrix.
 */
export function matrixFeatures({ level, column, count, voxels }: Counts): number[] | undefined {
  let total = 0;
  for (const value of count) total += value;
  if (total === 0) return undefined;
  const sums = new Float64Array(8);
  const byLevel = new Map<number, number>();
  const byColumn = new Map<number, number>();
  let meanLevel = 0;
  let meanColumn = 0;
  let entropy = 0;
  let energy = 0;
  for (let at = 0; at < count.length; at++) {
    const n = count[at]!;
    const i2 = level[at]! ** 2;
    const j2 = column[at]! ** 2;
    sums[0]! += n / j2;
    sums[1]! += n * j2;
    sums[2]! += n / i2;
    sums[3]! += n * i2;
    sums[4]! += n / (i2 * j2);
    sums[5]! += (n * i2) / j2;
    sums[6]! += (n * j2) / i2;
    sums[7]! += n * i2 * j2;
    byLevel.set(level[at]!, (byLevel.get(level[at]!) ?? 0) + n);
    byColumn.set(column[at]!, (byColumn.get(column[at]!) ?? 0) + n);
    const p = n / total;
    meanLevel += p * level[at]!;
    meanColumn += p * column[at]!;
    entropy -= p * Math.log2(p);
    energy += p * p;
  }
  let levelVariance = 0;
  let columnVariance = 0;
  for (let at = 0; at < count.length; at++) {
    const p = count[at]! / total;
    levelVariance += p * (level[at]! - meanLevel) ** 2;
    columnVariance += p * (column[at]! - meanColumn) ** 2;
  }
  const squares = (counts: Map<number, number>): number => {
    let sum = 0;
    for (const n of counts.values()) sum += n * n;
    return sum;
  };
  const levels = squares(byLevel);
  const columns = squares(byColumn);
  return [
    ...Array.from(sums, (sum) => sum / total),
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
