import { apply, type Vector } from '../../voxels/affine.ts';
import { drawSlice, type Layers } from '../../voxels/picture.ts';
import { encodePng } from '../../voxels/png.ts';
import { networks } from './atlas.ts';
import type { Connectome, NetworkMean } from './connectome.ts';
import type { IndividualNetworks } from './individualNetworks.ts';
import { type BoldRun, standardDeviations } from './load.ts';
import { rampColor, rgbOf } from './ramps.ts';
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
  const shown = new Float32Array(map.t.length);
  for (const { members } of [...map.positive, ...map.negative]) for (const at of members) shown[at] = map.t[at]!;
  const bytes = overlayFigure(study.run, shown, study.clusterT, top);
  return {
    bytes,
    says: `${map.name}: |t| from ${study.clusterT.toFixed(1)} to ${top.toFixed(1)}, red to yellow where positive, blue to cyan where negative; clusters of ten voxels and more over the mean image, axial from the bottom up, the patient's right on the left`,
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
  for (const ramp of ['warm', 'cold'] as const)
    for (let level = 0; level < levels; level++) {
      const color = rampColor(ramp, (level + 0.5) / levels);
      colors.push(`#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`);
    }
  return labelFigure(run, labels, colors);
}

function labelFigure(run: BoldRun, labels: Uint8Array, colors: readonly (string | undefined)[]): Uint8Array {
  const image = run.aroundZero ? standardDeviations(run.data, run.size) : run.mean;
  const sorted = Float32Array.from(run.voxels, (at) => image[at]!).sort();
  const layers: Layers = {
    ...{ grid: run.grid, image, labels, colors, opacity: 0.85 },
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

const edgePixels = 560;
const bar = 14;
const gap = 24;
/** Colours of the networks along the edges of the matrix (Yeo 2011), and grey below the cortex. */
const networkColors: Record<string, string> = {
  Vis: '#781286',
  SomMot: '#4682b4',
  DorsAttn: '#00760e',
  SalVentAttn: '#c43afa',
  Limbic: '#dcf8a4',
  Cont: '#e69422',
  Default: '#cd3e4e',
  Subcortex: '#888888',
};

/** A connectome sorted by network beside the means within and between networks; blue below 0, red above, full colour at z 0.8. */
export function connectomeFigure({ parcels, z }: Connectome, means: readonly NetworkMean[]): Figure {
  const order = parcels
    .map((parcel, at) => ({ ...parcel, at }))
    .sort((a, b) => rankOf(a.network) - rankOf(b.network) || a.at - b.at);
  const names = networks.filter((name) => order.some(({ network }) => network === name));
  const n = parcels.length;
  const width = 2 * (bar + edgePixels) + gap;
  const height = bar + edgePixels;
  const rgb = new Uint8Array(width * height * 3).fill(255);
  const paint = (x: number, y: number, color: readonly number[]): void => {
    rgb.set(color, (y * width + x) * 3);
  };
  const colorOf = (value: number): readonly number[] => rampColor('signed', (value / 0.8 + 1) / 2);
  const meanOf = new Map(
    means.flatMap((one) => [[`${one.a} ${one.b}`, one.z] as const, [`${one.b} ${one.a}`, one.z] as const]),
  );
  for (let y = 0; y < edgePixels; y++)
    for (let x = 0; x < edgePixels; x++) {
      const [a, b] = [order[Math.floor((y * n) / edgePixels)]!, order[Math.floor((x * n) / edgePixels)]!];
      paint(bar + x, bar + y, a.at === b.at ? [255, 255, 255] : colorOf(z[a.at * n + b.at]!));
      const [p, q] = [
        names[Math.floor((y * names.length) / edgePixels)]!,
        names[Math.floor((x * names.length) / edgePixels)]!,
      ];
      paint(2 * bar + edgePixels + gap + x, bar + y, colorOf(meanOf.get(`${p} ${q}`) ?? 0));
    }
  for (let x = 0; x < edgePixels; x++)
    for (let y = 0; y < bar - 3; y++) {
      const left = rgbOf(networkColors[order[Math.floor((x * n) / edgePixels)]!.network]!);
      const right = rgbOf(networkColors[names[Math.floor((x * names.length) / edgePixels)]!]!);
      paint(bar + x, y, left);
      paint(y, bar + x, left);
      paint(2 * bar + edgePixels + gap + x, y, right);
      paint(bar + edgePixels + gap + y, bar + x, right);
    }
  return {
    bytes: encodePng(rgb, width, height),
    says: `Left: Fisher z of ${n} parcels; right: means within and between networks. From the top left: ${names.join(', ')}. Blue below 0, red above, full colour at 0.8`,
  };
}

function rankOf(network: string): number {
  return (networks as readonly string[]).indexOf(network);
}

/** Networks in their own colours over the mean EPI, stronger where they are surer. */
export function networksFigure(run: BoldRun, own: IndividualNetworks): Figure {
  const labels = own.labels.map((label, at) => (own.confidence[at]! > 0.1 ? label : 0));
  const colors = [undefined, ...own.names.map((name) => networkColors[name]!)];
  return {
    bytes: labelFigure(run, labels, colors),
    says: `The patient's own networks where the best fits clearly better than the second: ${own.names.join(', ')} in the colours of the matrix`,
  };
}

const plotWidth = 900;
const plotHeight = 130;

/** Framewise displacement (top) and DVARS (bottom) over the run; red columns are volumes that were left out. */
export function motionFigure(
  framewiseMm: ArrayLike<number> | undefined,
  dvarsPercent: ArrayLike<number>,
  keep: Uint8Array,
  limitMm: number,
): Figure {
  const rgb = new Uint8Array(plotWidth * plotHeight * 2 * 3).fill(255);
  const n = dvarsPercent.length;
  const draw = (top: number, values: ArrayLike<number>, most: number, line: number | undefined): void => {
    const yOf = (value: number): number => plotHeight - 6 - Math.round(Math.min(1, value / most) * (plotHeight - 16));
    const put = (x: number, y: number, color: readonly number[]): void =>
      rgb.set(color, ((top + y) * plotWidth + x) * 3);
    for (let x = 0; x < plotWidth; x++) {
      const at = (x / (plotWidth - 1)) * (n - 1);
      if (keep[Math.round(at)] === 0) for (let y = 0; y < plotHeight; y++) put(x, y, [250, 205, 205]);
      put(x, plotHeight - 5, [150, 150, 150]);
      if (line !== undefined && x % 8 < 5) put(x, yOf(line), [200, 60, 40]);
    }
    let before = yOf(values[0] ?? 0);
    for (let x = 0; x < plotWidth; x++) {
      const at = (x / (plotWidth - 1)) * (n - 1);
      const low = Math.floor(at);
      const value = values[low]! + (at - low) * ((values[low + 1] ?? values[low]!) - values[low]!);
      const y = yOf(value);
      for (let from = Math.min(y, before); from <= Math.max(y, before); from++) put(x, from, [40, 70, 130]);
      before = y;
    }
  };
  const most = (values: ArrayLike<number>, least: number): number => {
    let found = least;
    for (let at = 1; at < values.length; at++) found = Math.max(found, values[at]!);
    return found;
  };
  const fdTop = framewiseMm ? most(framewiseMm, limitMm * 1.2) : 1;
  if (framewiseMm) draw(0, framewiseMm, fdTop, limitMm);
  const dvarsTop = most(dvarsPercent, 0.1);
  draw(plotHeight, dvarsPercent, dvarsTop, undefined);
  const fd = framewiseMm
    ? `top: framewise displacement, 0 to ${fdTop.toFixed(2)} mm, dashes at ${limitMm} mm`
    : 'motion is not known';
  return {
    bytes: encodePng(rgb, plotWidth, plotHeight * 2),
    says: `Motion over the run, ${fd}; bottom: DVARS, 0 to ${dvarsTop.toFixed(1)} %; red: left out`,
  };
}
