import type { ImageHandle } from '../../dossier/image.ts';

/** An image whose values are (value - mean) / SD x scale; mean and SD (of n - 1) of the whole time point, read slice by slice. */
export async function normalised(
  image: ImageHandle,
  { scale, outlierSd }: { scale: number; outlierSd?: number | undefined },
  t: number,
): Promise<ImageHandle> {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (let k = 0; k < image.grid.shape[2]; k++) {
    const slice = await image.readSlab(k, k + 1, t);
    let [n, sum] = [0, 0];
    for (const value of slice) {
      if (!Number.isFinite(value)) continue;
      n++;
      sum += value;
    }
    if (n === 0) continue;
    const own = sum / n;
    let spread = 0;
    for (const value of slice) if (Number.isFinite(value)) spread += (value - own) ** 2;
    // Moments of slices put together without loss by cancellation (Chan, Golub, LeVeque 1983).
    squares += spread + ((own - mean) ** 2 * count * n) / (count + n);
    mean += ((own - mean) * n) / (count + n);
    count += n;
  }
  const sd = Math.sqrt(squares / (count - 1));
  const factor = sd > 0 ? scale / sd : 0;
  const limit = outlierSd === undefined ? Number.POSITIVE_INFINITY : outlierSd * scale;
  const change = (values: Float32Array): Float32Array =>
    values.map((value) => Math.max(-limit, Math.min(limit, (value - mean) * factor)));
  return {
    ...image,
    unit: '1',
    readSlab: async (kFrom, kTo, time) => change(await image.readSlab(kFrom, kTo, time)),
    readVolume: async (time) => change(await image.readVolume(time)),
  };
}
