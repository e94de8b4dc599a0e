import { lutOf } from '../../display/colormaps.ts';
import { apply, type Vector } from '../../voxels/affine.ts';
import { drawSlice, type Layers } from '../../voxels/picture.ts';
import { encodePng } from '../../voxels/png.ts';
import type { BoldRun } from './load.ts';
import type { ContrastMap, TaskStudy } from './taskStudy.ts';

const tile = 150;
const columns = 6;
const rows = 3;
/** Colours of each sign. */
const levels = 8;

export interface Figure {
  bytes: Uint8Array;
  /** What the picture shows, for its title. */
  says: string;
}

/** The t map of a contrast over the mean EPI: axial planes from the bottom up; the patient's right is on the left. */
export function taskFigure(study: Pick<TaskStudy, 'run' | 'clusterT'>, map: ContrastMap): Figure {
  const top = Math.max(study.clusterT + 1, Math.min(12, Math.max(map.highest, -map.lowest)));
  const bytes = overlayFigure(study.run, map.t, study.clusterT, top);
  return {
    bytes,
    says: `${map.name}: |t| from ${study.clusterT.toFixed(1)} to ${top.toFixed(1)}, red to yellow where positive, blue to cyan where negative`,
  };
}

/** Values beyond `low` on either side, coloured up to `high`, over the mean of the run. */
export function overlayFigure(run: BoldRun, values: ArrayLike<number>, low: number, high: number): Uint8Array {
  const labels = Uint8Array.from(values, (value) => {
    const size = Math.abs(value);
    if (!(size >= low)) return 0;
    const level = Math.min(levels - 1, Math.floor((levels * (size - low)) / (high - low)));
    return 1 + level + (value < 0 ? levels : 0);
  });
  const colors: (string | undefined)[] = [undefined];
  for (const name of ['red-yellow', 'blue-cyan'] as const) {
    const lut = lutOf(name);
    for (let level = 0; level < levels; level++) {
      const at = Math.round(((level + 0.5) / levels) * 255) * 3;
      colors.push(`#${[0, 1, 2].map((channel) => lut[at + channel]!.toString(16).padStart(2, '0')).join('')}`);
    }
  }
  const sorted = Float32Array.from(run.voxels, (at) => run.mean[at]!).sort();
  const layers: Layers = {
    ...{ grid: run.grid, image: run.mean, labels, colors, opacity: 0.85 },
    window: [0, sorted[Math.floor(0.99 * (sorted.length - 1))]!],
  };
  const { low: first, high: last } = extentOf(run);
  const heightMm = Math.max(last[1]! - first[1]!, last[0]! - first[0]!) + 20;
  const rgb = new Uint8Array(tile * columns * tile * rows * 3);
  for (let at = 0; at < columns * rows; at++) {
    const share = (at + 1) / (columns * rows + 1);
    const centreRas: Vector = [
      (first[0]! + last[0]!) / 2,
      (first[1]! + last[1]!) / 2,
      first[2]! + share * (last[2]! - first[2]!),
    ];
    const slice = drawSlice(layers, { plane: 'axial', centreRas, heightMm, width: tile, height: tile });
    const left = (at % columns) * tile;
    const up = Math.floor(at / columns) * tile;
    for (let y = 0; y < tile; y++)
      rgb.set(slice.subarray(y * tile * 3, (y + 1) * tile * 3), ((up + y) * tile * columns + left) * 3);
  }
  return encodePng(rgb, tile * columns, tile * rows);
}

/** Box of the mask in RAS mm. */
function extentOf({ voxels, grid }: BoldRun): { low: number[]; high: number[] } {
  const [ni, nj] = grid.shape;
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const at of voxels) {
    const point = apply(grid.affineRas, [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))]);
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis]!, point[axis]!);
      high[axis] = Math.max(high[axis]!, point[axis]!);
    }
  }
  return { low, high };
}
