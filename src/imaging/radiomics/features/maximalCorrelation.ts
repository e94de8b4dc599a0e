import { symmetricEigenvalues } from '../../../voxels/symmetricEigenvalues.ts';

/**
 * Maximal correlation coefficient of a matrix of ordered pairs of levels (Haralick 1973): the second largest singular value
 * of p(i, j) / sqrt(p(i) p(j)), levels that do not occur left out. Undefined for an empty matrix; 1 for one level.
 */
export function maximalCorrelation(pairs: Float64Array, count: number): number | undefined {
  const side = count + 1;
  const marginal = new Float64Array(side);
  let total = 0;
  for (let i = 1; i < side; i++)
    for (let j = 1; j < side; j++) {
      const both = pairs[i * side + j]! + pairs[j * side + i]!;
      marginal[i]! += both;
      total += both;
    }
  if (total === 0) return undefined;
  const present = Array.from(marginal.keys()).filter((level) => marginal[level]! > 0);
  if (present.length < 2) return 1;
  const matrix = new Float64Array(present.length ** 2);
  for (const [a, i] of present.entries())
    for (const [b, j] of present.entries())
      matrix[a * present.length + b] =
        (pairs[i * side + j]! + pairs[j * side + i]!) / Math.sqrt(marginal[i]! * marginal[j]!);
  const sizes = symmetricEigenvalues(matrix, present.length)
    .map(Math.abs)
    .sort((a, b) => b - a);
  return Math.min(1, sizes[1]!);
}
