/**
 * Probability that Fisher's F with these degrees of freedom is larger than `f`: the regularised incomplete beta function at
 * df2 / (df2 + df1 f), by its continued fraction (DLMF 8.17.22, Lentz's method).
 */
export function fTail(f: number, df1: number, df2: number): number {
  if (!(f > 0)) return 1;
  const x = df2 / (df2 + df1 * f);
  const [a, b] = [df2 / 2, df1 / 2];
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

function fraction(x: number, a: number, b: number): number {
  let [c, d] = [1, 1 / (1 - ((a + b) * x) / (a + 1))];
  let result = d;
  for (let m = 1; m < 5000; m++) {
    for (const step of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / (1 + step * d || 1e-300);
      c = 1 + step / c || 1e-300;
      result *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return result;
}

/** Stirling's series after shifting the argument above 8; x > 0. */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 8; z++) shift -= Math.log(z);
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / z;
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
}
