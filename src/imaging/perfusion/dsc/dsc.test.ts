import { describe, expect, it } from 'vitest';
import { deconvolutions, deconvolver, oscillationIndex } from './deconvolve.ts';
import { leakageCorrector } from './leakage.ts';
import { dscFitter } from './perfusion.ts';
import { singularValues } from './singularValues.ts';

const n = 60;
const stepS = 1.5;
const gamma = (t: number): number => (t > 0 ? t ** 3 * Math.exp(-t / 1.5) : 0);
const input = Float64Array.from({ length: n }, (_, at) => gamma(at * stepS - 12));

/** Tissue of flow `f` (per s) and transit time `mtt`, `late` seconds after the artery, on a fine grid. */
function tissue(f: number, mtt: number, late = 0): Float64Array {
  const fine = 0.01;
  return Float64Array.from({ length: n }, (_, at) => {
    let sum = 0;
    for (let u = 0; u < at * stepS - late; u += fine) sum += gamma(at * stepS - late - u - 12) * Math.exp(-u / mtt);
    return f * sum * fine;
  });
}

describe('deconvolution', () => {
  const unit = { haematocritFactor: 1, densityGPerMl: 1 };

  it.each(deconvolutions)('%s: area and flow of a known residue', (method) => {
    const { of } = dscFitter(input, stepS, { method, threshold: 0.05 }, unit);
    const { cbv, cbf, mtt } = of(tissue(0.005, 6));
    expect(cbv).toBeCloseTo(3, 1);
    expect(cbf).toBeGreaterThan(22);
    expect(cbf).toBeLessThan(33);
    expect(mtt).toBeCloseTo((60 * cbv) / cbf, 10);
  });

  it('by circulant matrices does not depend on the arrival, by a triangular one it does', () => {
    const flows = (method: 'ssvd' | 'csvd', late: number) =>
      dscFitter(input, stepS, { method, threshold: 0.1 }, unit).of(tissue(0.005, 6, late));
    const circulant = [-4.5, 0, 6].map((late) => flows('csvd', late).cbf);
    const triangular = [0, -4.5].map((late) => flows('ssvd', late).cbf);
    const spread = (of: number[]): number => (Math.max(...of) - Math.min(...of)) / of[0]!;
    expect(spread(circulant)).toBeLessThan(0.03);
    expect(spread(triangular)).toBeGreaterThan(0.15);
    expect(flows('csvd', 6).tmax - flows('csvd', 0).tmax).toBeCloseTo(6, 5);
  });

  it('has negative Tmax where tissue leads the artery', () => {
    const late = Float64Array.from({ length: n }, (_, at) => gamma(at * stepS - 15));
    expect(dscFitter(late, stepS, { method: 'csvd' }, unit).of(tissue(0.005, 6)).tmax).toBeLessThan(0);
  });

  it('of oSVD oscillates less than its limit', () => {
    const noisy = tissue(0.005, 6).map((value, at) => value + 0.02 * Math.sin(37 * at));
    const { deconvolve, length } = deconvolver(input, stepS, { method: 'osvd' });
    const residue = new Float64Array(length);
    deconvolve(noisy, residue);
    expect(oscillationIndex(residue)).toBeLessThan(0.035);
  });

  it('takes a circulant matrix for what it is: the same as leaving out its singular values', () => {
    const short = input.slice(5, 21);
    const { deconvolve, length } = deconvolver(short, stepS, { method: 'csvd', threshold: 0.1 });
    const matrix = new Float64Array(length * length);
    for (let row = 0; row < length; row++)
      for (let column = 0; column < length; column++)
        matrix[row * length + column] = stepS * (short[(row - column + length) % length] ?? 0);
    const { u, s, v } = singularValues(matrix, length);
    const curve = tissue(0.005, 6).slice(5, 21);
    const direct = new Float64Array(length);
    for (let at = 0; at < length; at++) {
      if (!(s[at]! > 0.1 * s[0]!)) continue;
      let along = 0;
      for (let row = 0; row < length; row++) along += u[row * length + at]! * (curve[row] ?? 0);
      for (let row = 0; row < length; row++) direct[row]! += (along / s[at]!) * v[row * length + at]!;
    }
    const ours = new Float64Array(length);
    deconvolve(curve, ours);
    for (let row = 0; row < length; row++) expect(ours[row]).toBeCloseTo(direct[row]!, 9);
  });
});

describe('singular values', () => {
  it('make the matrix again, with columns at right angles', () => {
    const size = 7;
    const matrix = Float64Array.from({ length: size * size }, (_, at) => Math.sin(3 * at + 1) + (at % 8 === 0 ? 1 : 0));
    const { u, s, v } = singularValues(matrix, size);
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++) {
        let sum = 0;
        let right = 0;
        for (let at = 0; at < size; at++) {
          sum += u[row * size + at]! * s[at]! * v[column * size + at]!;
          right += v[at * size + row]! * v[at * size + column]!;
        }
        expect(sum).toBeCloseTo(matrix[row * size + column]!, 10);
        expect(right).toBeCloseTo(row === column ? 1 : 0, 10);
      }
    for (let at = 1; at < size; at++) expect(s[at]!).toBeLessThanOrEqual(s[at - 1]!);
  });
});

describe('correction for leakage', () => {
  it('takes away what follows the integral of the mean curve', () => {
    const mean = tissue(0.005, 4);
    const whole = new Float64Array(n);
    for (let at = 1; at < n; at++) whole[at] = whole[at - 1]! + (stepS * (mean[at]! + mean[at - 1]!)) / 2;
    const leaking = mean.map((value, at) => 1.4 * value - 0.01 * whole[at]!);
    const corrected = new Float64Array(n);
    const { k1, k2 } = leakageCorrector(mean, stepS)(leaking, corrected);
    expect(k1).toBeCloseTo(1.4, 10);
    expect(k2).toBeCloseTo(0.01, 10);
    for (let at = 0; at < n; at++) expect(corrected[at]).toBeCloseTo(1.4 * mean[at]!, 10);
  });
});
