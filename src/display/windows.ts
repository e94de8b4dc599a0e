import { storedDisplay } from '../voxels/storedDisplay.ts';
import type { ColormapName } from './colormaps.ts';

/** Values drawn at the dark and the bright end. */
export type Window = readonly [low: number, high: number];

export interface WindowPreset {
  /** Key of the messages of the page. */
  name: string;
  window: Window;
}

/** Usual CT windows: width and centre as in common use of readers, in HU. */
const ct: readonly WindowPreset[] = [
  { name: 'softTissue', window: [-160, 240] },
  { name: 'lung', window: [-1350, 150] },
  { name: 'bone', window: [-500, 1300] },
  { name: 'brain', window: [0, 80] },
  { name: 'liver', window: [-15, 155] },
  { name: 'mediastinum', window: [-125, 225] },
];
const suv: readonly WindowPreset[] = [
  { name: 'suv5', window: [0, 5] },
  { name: 'suv7', window: [0, 7] },
  { name: 'suv10', window: [0, 10] },
  { name: 'suv15', window: [0, 15] },
];

/** Maps whose values have a meaning of their own, by role of the artifact: the range in which tissue lies. */
const mapWindows: Readonly<Record<string, Window>> = {
  'adc-map': [0, 3e-3],
  'md-map': [0, 3e-3],
  'ad-map': [0, 3e-3],
  'rd-map': [0, 3e-3],
  'fa-map': [0, 1],
  'fa-colour-map': [0, 0.8],
  'mk-map': [0, 2],
  'ak-map': [0, 2],
  'rk-map': [0, 2],
  'ivim-d-map': [0, 3e-3],
  'ivim-f-map': [0, 0.4],
  'ivim-dstar-map': [0, 0.1],
};

/** What an image begins with. Without a window its own values decide: percentiles of the first time point. */
export interface DisplayDefaults {
  presets: readonly WindowPreset[];
  window?: Window;
  colormap: ColormapName;
  /** 256 grey levels over the window, where the header asks for more than a line. */
  tone?: readonly number[];
  /** Factor from stored unit to SUV by body weight, where it is known. */
  suvFactor?: number;
}

/** Modalities whose values mean nothing by themselves, and whose header says how they are to be seen. */
const asStored = new Set(['CR', 'DX', 'DR', 'MG', 'XA', 'RF', 'RG', 'IO', 'PX', 'US']);

/** `header`: of a source; none for what was made here. */
export function displayDefaults(of: {
  modality: string;
  unit: string;
  role?: string | undefined;
  suvFactor?: number | undefined;
  header?: Readonly<Record<string, unknown>> | undefined;
}): DisplayDefaults {
  if (of.modality === 'CT' || of.unit === "[hnsf'U]") return { presets: ct, window: [-160, 240], colormap: 'grey' };
  const factor = of.role === 'suv-map' || of.unit === 'g/mL' ? 1 : of.suvFactor;
  if (of.modality === 'PT' && factor !== undefined) {
    const presets = suv.map(({ name, window: [low, high] }) => ({
      name,
      window: [low / factor, high / factor] as const,
    }));
    return { presets, window: presets[1]!.window, colormap: 'grey inverted', suvFactor: factor };
  }
  if (of.header !== undefined) {
    const { window, tone, inverted } = storedDisplay(of.header);
    const colormap = inverted ? 'grey inverted' : 'grey';
    if (asStored.has(of.modality)) return { presets: [], ...(window && { window }), ...(tone && { tone }), colormap };
    if (inverted) return { presets: [], colormap };
  }
  const window = of.role === undefined ? undefined : mapWindows[of.role];
  if (window !== undefined) return { presets: [], window, colormap: 'grey' };
  return { presets: [], colormap: of.modality === 'PT' || of.modality === 'NM' ? 'grey inverted' : 'grey' };
}

/** Shares of voxels that lie outside the window of an image without a unit. */
export const percentiles = { low: 0.01, high: 0.995 } as const;

/**
 * The window of an image whose values mean nothing by themselves: percentiles of an even sample of at most 200,000 voxels,
 * after scaling. Background that is one single value, as after defacing or in a mask, does not count for the upper end.
 */
export function robustWindow(values: ArrayLike<number>, slope = 1, intercept = 0): Window {
  const step = Math.max(1, Math.floor(values.length / 200_000));
  const sample: number[] = [];
  for (let at = 0; at < values.length; at += step) {
    const value = values[at]! * slope + intercept;
    if (Number.isFinite(value)) sample.push(value);
  }
  if (sample.length === 0) return [0, 1];
  const sorted = Float64Array.from(sample).sort();
  const at = (of: Float64Array, share: number) => of[Math.min(of.length - 1, Math.floor(share * of.length))]!;
  const least = sorted[0]!;
  const first = sorted.findIndex((value) => value > least);
  if (first < 0) return [least, least + 1];
  const low = at(sorted, percentiles.low);
  const high = first > sorted.length / 2 ? at(sorted.subarray(first), percentiles.high) : at(sorted, percentiles.high);
  return high > low ? [low, high] : [low, low + 1];
}
