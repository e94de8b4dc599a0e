/** The sinh-arcsinh warp of one model: z(y) = sinh(b asinh(y) + eps b). eps 0, b 1 is no warp at all. */
export interface Warp {
  eps: number;
  b: number;
}

/** Units of the measure -> warped space (Jones and Pewsey 2009). */
export function warp(y: number, { eps, b }: Warp): number {
  return Math.sinh(b * Math.asinh(y) + eps * b);
}

/** Warped space -> units of the measure. */
export function unwarp(z: number, { eps, b }: Warp): number {
  return Math.sinh((Math.asinh(z) - eps * b) / b);
}

/** log dz/dy at y: what a density in warped space gains on its way back. */
export function logWarpSlope(y: number, { eps, b }: Warp): number {
  const inner = b * Math.asinh(y) + eps * b;
  return logCosh(inner) + Math.log(b) - 0.5 * Math.log1p(y * y);
}

function logCosh(x: number): number {
  const a = Math.abs(x);
  return a + Math.log1p(Math.exp(-2 * a)) - Math.LN2;
}
