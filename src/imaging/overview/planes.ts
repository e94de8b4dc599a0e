import type { ImageHandle } from '../../dossier/image.ts';
import { apply, spacingMm, type Vector } from '../../voxels/affine.ts';
import { drawRow, type Plane } from '../../voxels/picture.ts';
import { encodePng } from '../../voxels/png.ts';
import { storedDisplay } from '../../voxels/storedDisplay.ts';

const heightPx = 280;
const widestPx = 420;

/**
 * Axial, coronal and sagittal plane through the middle of a volume as one PNG; the patient's right is on the left.
 * A single slice is drawn as it is stored, by the window or table of its header, MONOCHROME1 inverted so that bone is bright.
 * Reads one time point.
 */
export async function centralPlanes(
  image: ImageHandle,
  window: readonly [number, number] | undefined,
): Promise<Uint8Array> {
  const { shape, affineRas } = image.grid;
  const values = await image.readVolume(0);
  if (shape[2] === 1) return storedSlice(image, values, window);
  const limits = window ?? percentiles(values, 0.01, 0.995);
  const spacing = spacingMm(affineRas);
  const [ni, nj, nk] = shape;
  const corners = [0, 1].flatMap((i) =>
    [0, 1].flatMap((j) => [0, 1].map((k) => apply(affineRas, [i * (ni - 1), j * (nj - 1), k * (nk - 1)]))),
  );
  const extentMm = [0, 1, 2].map((axis) => {
    const along = corners.map((corner) => corner[axis]!);
    return Math.max(...along) - Math.min(...along) + Math.min(...spacing);
  });
  const centreRas = apply(affineRas, [(ni - 1) / 2, (nj - 1) / 2, (nk - 1) / 2]) as Vector;
  const heightMm = Math.max(extentMm[1]!, extentMm[2]!);
  const view = (plane: Plane, acrossMm: number) => ({
    plane,
    centreRas,
    heightMm,
    height: heightPx,
    width: Math.max(40, Math.min(widestPx, Math.round((acrossMm / heightMm) * heightPx))),
  });
  return drawRow({ grid: { shape, affineRas }, image: values, window: limits }, [
    view('axial', extentMm[0]!),
    view('coronal', extentMm[0]!),
    view('sagittal', extentMm[1]!),
  ]);
}

function storedSlice(
  image: ImageHandle,
  values: Float32Array,
  window: readonly [number, number] | undefined,
): Uint8Array {
  const stored = storedDisplay(image.metadata);
  const [dark, bright] = window ?? stored.window ?? percentiles(values, 0.01, 0.995);
  const [ni, nj] = image.grid.shape;
  const [di, dj] = spacingMm(image.grid.affineRas);
  const scale = Math.min(widestPx / (ni * di), (1.5 * heightPx) / (nj * dj));
  const width = Math.max(1, Math.round(ni * di * scale));
  const height = Math.max(1, Math.round(nj * dj * scale));
  const { tone, inverted } = stored;
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const j = Math.min(nj - 1, Math.floor(((y + 0.5) / height) * nj));
    for (let x = 0; x < width; x++) {
      const i = Math.min(ni - 1, Math.floor(((x + 0.5) / width) * ni));
      const step = Math.min(255, Math.max(0, Math.round((255 * (values[i + ni * j]! - dark)) / (bright - dark || 1))));
      const grey = tone?.[step] ?? step;
      rgb.fill(inverted ? 255 - grey : grey, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return encodePng(rgb, width, height);
}

/** Values below which the given shares of the finite voxels lie, from a regular sample of at most 200,000. */
function percentiles(values: Float32Array, low: number, high: number): [number, number] {
  const step = Math.max(1, Math.floor(values.length / 200_000));
  const sample: number[] = [];
  for (let at = 0; at < values.length; at += step) if (Number.isFinite(values[at])) sample.push(values[at]!);
  if (sample.length === 0) return [0, 1];
  sample.sort((a, b) => a - b);
  const at = (share: number) => sample[Math.min(sample.length - 1, Math.floor(share * sample.length))]!;
  return [at(low), at(high)];
}
