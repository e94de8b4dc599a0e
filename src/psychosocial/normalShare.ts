/**
 * Share of a normal distribution below z, by the series of Marsaglia 2004 (doi 10.18637/jss.v011.i04): exact to the last
 * bits for |z| < 7, 0 or 1 beyond.
 */
export function normalShare(z: number): number {
  if (z < -8) return 0;
  if (z > 8) return 1;
  let sum = 0;
  let term = z;
  for (let i = 3; sum + term !== sum; i += 2) {
    sum += term;
    term = (term * z * z) / i;
  }
  return 0.5 + sum * Math.exp(-0.5 * z * z - 0.9189385332046728);
}
