/** How two masks of one grid share its voxels. */
export interface Overlap {
  both: number;
  onlyFirst: number;
  onlySecond: number;
  neither: number;
}

/** Counts over masks of 0 and 1 within a box; `total`: voxels of the whole grid, those outside the box are in neither. */
export function overlapOf(first: Uint8Array, second: Uint8Array, total: number): Overlap {
  let [both, inFirst, inSecond] = [0, 0, 0];
  for (let at = 0; at < first.length; at++) {
    inFirst += first[at]!;
    inSecond += second[at]!;
    both += first[at]! & second[at]!;
  }
  return {
    both,
    onlyFirst: inFirst - both,
    onlySecond: inSecond - both,
    neither: total - inFirst - inSecond + both,
  };
}

/** 2 |A and B| / (|A| + |B|), Dice 1945. Undefined when both are empty. */
export function dice({ both, onlyFirst, onlySecond }: Overlap): number | undefined {
  const sum = 2 * both + onlyFirst + onlySecond;
  return sum === 0 ? undefined : (2 * both) / sum;
}

/** |A and B| / |A or B|. Undefined when both are empty. */
export function jaccard({ both, onlyFirst, onlySecond }: Overlap): number | undefined {
  const union = both + onlyFirst + onlySecond;
  return union === 0 ? undefined : both / union;
}

/**
 * Cohen's kappa over all voxels of the grid (Cohen 1960). Grows with the background, towards Dice: compare it only on one
 * grid. Undefined when neither mask varies.
 */
export function kappa({ both, onlyFirst, onlySecond, neither }: Overlap): number | undefined {
  const [first, notFirst] = [both + onlyFirst, onlySecond + neither];
  const [second, notSecond] = [both + onlySecond, onlyFirst + neither];
  const divisor = first * notSecond + notFirst * second;
  return divisor === 0 ? undefined : (2 * (both * neither - onlyFirst * onlySecond)) / divisor;
}
