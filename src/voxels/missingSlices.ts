import type { ImageHandle } from '../dossier/image.ts';

/** Slices k of time point t for which no file came, as the DICOM reader lists them in `metadata.layout`. */
export function missingSlices(metadata: Readonly<Record<string, unknown>>, t = 0): Set<number> {
  const layout = metadata.layout as { shape?: number[]; member?: number[] } | undefined;
  const slices = layout?.shape?.[2];
  if (slices === undefined || !Array.isArray(layout?.member)) return new Set();
  const member = layout.member.slice(t * slices, (t + 1) * slices);
  return new Set(member.flatMap((file, k) => (file < 0 ? [k] : [])));
}

/** The same image, whose missing slices are no numbers instead of the fill value: nothing is measured in them. */
export function withoutMissing(image: ImageHandle, missing: ReadonlySet<number>): ImageHandle {
  if (missing.size === 0) return image;
  const read = image.withGaps ?? image;
  const slice = image.grid.shape[0] * image.grid.shape[1];
  function blank(values: Float32Array, kFrom: number): Float32Array {
    for (const k of missing) {
      const at = (k - kFrom) * slice;
      if (at >= 0 && at < values.length) values.fill(Number.NaN, at, at + slice);
    }
    return values;
  }
  const { id, grid, unit, metadata } = image;
  return {
    ...{ id, grid, unit, metadata },
    readSlab: async (kFrom, kTo, t) => blank((await read.readSlab(kFrom, kTo, t)).slice(), kFrom),
    readVolume: async (t) => blank((await read.readVolume(t)).slice(), 0),
  };
}
