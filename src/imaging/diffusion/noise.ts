/** Fewer voxels of background say nothing. */
const fewest = 500;

/**
 * Noise of a magnitude image from the background of weighted volumes: Rayleigh-distributed there, with median
 * sigma sqrt(2 ln 2). Undefined where the background is blanked (more than half of it 0) or hardly there. Combined coils
 * without signal correction have more: then it is an upper estimate (Aja-Fernandez 2009).
 * `data`: volume-major, `mask`: 1 for tissue, `volumes`: the most strongly weighted ones.
 */
export function backgroundNoise(data: Float32Array, mask: Uint8Array, volumes: readonly number[]): number | undefined {
  const values: number[] = [];
  let blank = 0;
  // An even sample keeps the sort short.
  const stride = Math.max(1, Math.floor((mask.length * volumes.length) / 200_000));
  for (const volume of volumes)
    for (let at = 0; at < mask.length; at += stride) {
      if (mask[at] === 1) continue;
      const value = data[volume * mask.length + at]!;
      if (value > 0) values.push(value);
      else blank++;
    }
  if (values.length < fewest || blank > values.length) return undefined;
  values.sort((a, b) => a - b);
  return values[values.length >> 1]! / Math.sqrt(2 * Math.LN2);
}
