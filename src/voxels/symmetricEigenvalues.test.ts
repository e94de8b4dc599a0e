import { expect, it } from 'vitest';
import { symmetricEigenvalues } from './symmetricEigenvalues.ts';

it('eigenvalues of a chain of springs are those of the formula', () => {
  const n = 40;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    matrix[i * n + i] = 2;
    if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
  }
  const found = symmetricEigenvalues(matrix, n).sort();
  for (const [k, value] of found.entries())
    expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 10);
});

it('a full matrix keeps its trace and its sum of squares', () => {
  const n = 25;
  const matrix = Float64Array.from({ length: n * n }, (_, at) => Math.cos((at % n) * Math.floor(at / n)));
  const trace = Array.from({ length: n }, (_, i) => matrix[i * n + i]!).reduce((sum, value) => sum + value, 0);
  const squares = matrix.reduce((sum, value) => sum + value * value, 0);
  const found = symmetricEigenvalues(matrix, n);
  expect(found.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 9);
  expect(found.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(squares, 8);
});
