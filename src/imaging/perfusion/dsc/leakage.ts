/** Overwritten by the next curve. */
export interface Leakage {
  /** Share of the mean curve of tissue without leakage. */
  k1: number;
  /** 1/s; positive: T1 leakage (signal rises late), negative: T2* leakage. */
  k2: number;
}

/**
 * Correction of Boxerman, Schmainda and Weisskoff (2006, AJNR 27:859): dR2*(t) = K1 m(t) - K2 integral of m, with m the mean
 * curve of tissue without leakage. Overwrites `corrected` with the curve plus K2 times the integral. Least squares in K1
 * and K2; `mean` at even times `stepS`.
 */
export function leakageCorrector(
  mean: Float64Array,
  stepS: number,
): (curve: ArrayLike<number>, corrected: Float64Array) => Leakage {
  const n = mean.length;
  const whole = new Float64Array(n);
  for (let at = 1; at < n; at++) whole[at] = whole[at - 1]! + (stepS * (mean[at]! + mean[at - 1]!)) / 2;
  let [mm, mw, ww] = [0, 0, 0];
  for (let at = 0; at < n; at++) {
    mm += mean[at]! ** 2;
    mw -= mean[at]! * whole[at]!;
    ww += whole[at]! ** 2;
  }
  const determinant = mm * ww - mw * mw;
  const leakage: Leakage = { k1: 0, k2: 0 };
  return (curve, corrected) => {
    let [mc, wc] = [0, 0];
    for (let at = 0; at < n; at++) {
      mc += mean[at]! * curve[at]!;
      wc -= whole[at]! * curve[at]!;
    }
    leakage.k1 = (ww * mc - mw * wc) / determinant;
    leakage.k2 = (mm * wc - mw * mc) / determinant;
    for (let at = 0; at < n; at++) corrected[at] = curve[at]! + leakage.k2 * whole[at]!;
    return leakage;
  };
}
