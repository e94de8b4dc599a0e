import { Niivue, NVImage, SLICE_TYPE } from '@niivue/niivue';
import type { Volume } from '../../../src/display/drawPlane.ts';
import type { Window } from '../../../src/display/windows.ts';
import type { Vector } from '../../../src/voxels/affine.ts';
import type { Overlay } from './state.ts';

export interface Scene {
  volume: Volume;
  window: Window;
  overlays: readonly Overlay[];
}

export interface Render {
  show(scene: Scene): Promise<void>;
  point(at: Vector): void;
  turn(azimuth: number, elevation: number): void;
  close(): void;
}

/** Longest side in voxels of what is drawn in space: more is not seen and costs software rendering its pace. */
const longest = 160;

/** Draws an image in space with its label maps on it. NiiVue gets copies that are coarser, eight bits deep and placed by our affine. */
export async function openRender(canvas: HTMLCanvasElement): Promise<Render> {
  const viewer = new Niivue({
    isResizeCanvas: true,
    show3Dcrosshair: true,
    dragAndDropEnabled: false,
    isOrientCube: true,
    // Its gradients are refused by some software renderers, which it says once a slice; nothing here uses them.
    logLevel: 'silent',
    backColor: [0, 0, 0, 1],
    loadingText: '',
    isColorbar: false,
  });
  await viewer.attachToCanvas(canvas, false);
  viewer.setSliceType(SLICE_TYPE.RENDER);
  let closed = false;
  let turn = Promise.resolve();
  return {
    show(scene) {
      // One after the other: textures of two scenes must not mix.
      turn = turn.then(async () => {
        if (closed) return;
        const images = await imagesOf(scene);
        if (closed) return;
        for (const image of [...viewer.volumes]) viewer.removeVolume(image);
        for (const image of images) viewer.addVolume(image);
      });
      return turn;
    },
    point(at) {
      if (closed || viewer.volumes.length === 0) return;
      viewer.scene.crosshairPos = viewer.mm2frac([...at]);
      viewer.drawScene();
    },
    turn(azimuth, elevation) {
      if (closed) return;
      const { renderAzimuth, renderElevation } = viewer.scene;
      viewer.setRenderAzimuthElevation(renderAzimuth + azimuth, renderElevation + elevation);
    },
    close() {
      closed = true;
      viewer.cleanup();
      viewer.gl.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
}

async function imagesOf({ volume, window: [low, high], overlays }: Scene): Promise<NVImage[]> {
  const step = Math.max(1, Math.ceil(Math.max(...volume.shape) / longest));
  const gain = 254 / (high - low || 1);
  const base = coarse(volume, step, (value) => Math.min(255, Math.max(0, Math.round((value - low) * gain))));
  const images = [await imageOf(base, { colormap: 'gray', opacity: 1, cal_min: 0, cal_max: 254 })];
  for (const { volume: over, opacity, labels, hidden } of overlays) {
    const overStep = Math.max(1, Math.ceil(Math.max(...over.shape) / longest));
    const drawn = new Map(labels.filter(({ value }) => !hidden.includes(value)).map((one, at) => [one.value, at + 1]));
    const image = await imageOf(
      coarse(over, overStep, (value) => drawn.get(value) ?? 0),
      { colormap: 'gray', opacity },
    );
    const colors = [[0, 0, 0], ...labels.filter(({ value }) => drawn.has(value)).map(({ color }) => [...color])];
    image.setColormapLabel({
      R: colors.map(([red]) => red!),
      G: colors.map(([, green]) => green!),
      B: colors.map(([, , blue]) => blue!),
      A: colors.map((_, at) => (at === 0 ? 0 : 255)),
      I: colors.map((_, at) => at),
      labels: colors.map((_, at) => String(at)),
    });
    images.push(image);
  }
  return images;
}

/** Every n-th voxel as one byte, in a NIfTI file. */
function coarse(
  { shape, affineRas, values, slope, intercept }: Volume,
  step: number,
  level: (value: number) => number,
): ArrayBuffer {
  const [ni, nj] = shape;
  const size = shape.map((length) => Math.max(1, Math.floor(length / step)));
  const buffer = new ArrayBuffer(352 + size[0]! * size[1]! * size[2]!);
  const view = new DataView(buffer);
  view.setInt32(0, 348, true);
  [3, ...size, 1, 1, 1, 1].forEach((length, at) => {
    view.setInt16(40 + 2 * at, length, true);
  });
  view.setInt16(70, 2, true);
  view.setInt16(72, 8, true);
  [1, 0, 1, 2].forEach((_, at) => {
    const spacing = at === 0 ? 1 : step * Math.hypot(affineRas[at - 1]!, affineRas[at + 3]!, affineRas[at + 7]!);
    view.setFloat32(76 + 4 * at, spacing, true);
  });
  view.setFloat32(108, 352, true);
  view.setFloat32(112, 1, true);
  view.setUint8(123, 2);
  view.setInt16(254, 1, true);
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 4; column++)
      view.setFloat32(280 + 4 * (row * 4 + column), affineRas[row * 4 + column]! * (column < 3 ? step : 1), true);
  view.setUint32(344, 0x6e2b3100, false);
  const out = new Uint8Array(buffer, 352);
  for (let k = 0, at = 0; k < size[2]!; k++)
    for (let j = 0; j < size[1]!; j++)
      for (let i = 0; i < size[0]!; i++, at++)
        out[at] = level(values[i * step + ni * (j * step + nj * k * step)]! * slope + intercept);
  return buffer;
}

function imageOf(
  buffer: ArrayBuffer,
  options: { colormap: string; opacity: number; cal_min?: number; cal_max?: number },
): Promise<NVImage> {
  return NVImage.loadFromUrl({ url: 'volume.nii', name: 'volume.nii', buffer, ...options });
}
