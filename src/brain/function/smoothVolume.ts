type Size = readonly [number, number, number];

/** Binomial smoothing [1 2 1] / 4 along each axis, `times` over; edges repeat. */
export function smoothVolume(values: ArrayLike<number>, [ni, nj, nk]: Size, times: number): Float32Array {
  let from = Float32Array.from(values);
  let to = new Float32Array(from.length);
  const lengths = [ni, nj, nk];
  const strides = [1, ni, ni * nj];
  for (let pass = 0; pass < times; pass++)
    for (let axis = 0; axis < 3; axis++) {
      const stride = strides[axis]!;
      const length = lengths[axis]!;
      for (let at = 0; at < from.length; at++) {
        const index = Math.floor(at / stride) % length;
        const low = index > 0 ? from[at - stride]! : from[at]!;
        const high = index < length - 1 ? from[at + stride]! : from[at]!;
        to[at] = (low + 2 * from[at]! + high) / 4;
      }
      [from, to] = [to, from];
    }
  return from;
}
