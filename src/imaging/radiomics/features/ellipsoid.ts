/**
 * Surface of an ellipsoid from its semi-axes, by the series of Legendre polynomials that IBSI names (reference manual 3.1,
 * `RDD2`): 4 pi a b sum over nu of (alpha beta)^nu / (1 - 4 nu^2) P_nu((alpha^2 + beta^2) / (2 alpha beta)), to 20 terms.
 */
export function ellipsoidArea(...axes: [number, number, number]): number {
  const [a, b, c] = axes.sort((p, q) => q - p) as [number, number, number];
  const alpha2 = 1 - (b / a) ** 2;
  const beta2 = 1 - (c / a) ** 2;
  const product = Math.sqrt(alpha2 * beta2);
  // (alpha beta)^nu P_nu(x) by the three-term recurrence, written so that alpha or beta may be 0.
  let [before, now] = [1, (alpha2 + beta2) / 2];
  let sum = 1 - now / 3;
  for (let nu = 2; nu <= 20; nu++) {
    const next = ((2 * nu - 1) * ((alpha2 + beta2) / 2) * now - (nu - 1) * product * product * before) / nu;
    [before, now] = [now, next];
    sum += now / (1 - 4 * nu * nu);
  }
  return 4 * Math.PI * a * b * sum;
}
