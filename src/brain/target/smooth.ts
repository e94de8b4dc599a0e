type Size = readonly [number, number, number];

/**
 * Gaussian smoothing inside a mask: what lies outside neither counts nor leaks in. `fwhmMm` along axes of `spacing` mm; kernels
 * end at 3 standard deviations. Returns a function that smooths one volume of `size` (i fastest) in place of a new array each
 * time, so that hundreds of volumes cost no memory.
 */
export function smoother(
  mask: Uint8Array,
  size: Size,
  spacing: readonly number[],
  fwhmMm: number,
): (volume: Float32Array) => void {
  if (!(fwhmMm > 0)) return () => {};
  const kernels = spacing.map((mm) => kernel(fwhmMm / 2.3548200450309493 / mm));
  const scratch = new Float32Array(mask.length);
  const weight = Float32Array.from(mask);
  blur(weight, scratch, size, kernels);
  return (volume) => {
    for (let at = 0; at < volume.length; at++) if (mask[at] === 0) volume[at] = 0;
    blur(volume, scratch, size, kernels);
    for (let at = 0; at < volume.length; at++) volume[at] = mask[at] === 1 ? volume[at]! / weight[at]! : 0;
  };
}

function kernel(sigma: number): Float64Array {
  const reach = Math.ceil(3 * sigma);
  const values = Float64Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * sigma * sigma)),
  );
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}

/** Three passes, one an axis; beyond the edge counts as 0. */
function blur(volume: Float32Array, scratch: Float32Array, size: Size, kernels: readonly Float64Array[]): void {
  let stride = 1;
  for (const [axis, length] of size.entries()) {
    const weights = kernels[axis]!;
    const reach = (weights.length - 1) / 2;
    scratch.set(volume);
    const block = stride * length;
    for (let first = 0; first < volume.length; first += block)
      for (let place = 0; place < length; place++) {
        const from = Math.max(-reach, -place);
        const to = Math.min(reach, length - 1 - place);
        const row = first + place * stride;
        volume.fill(0, row, row + stride);
        for (let step = from; step <= to; step++) {
          const weight = weights[step + reach]!;
          const other = row + step * stride;
          for (let inner = 0; inner < stride; inner++) volume[row + inner]! += weight * scratch[other + inner]!;
        }
      }
    stride = block;
  }
}
