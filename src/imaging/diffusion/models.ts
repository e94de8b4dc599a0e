import { inParallel, type SharedArray, sharedFloat32, sharedUint8 } from '../../voxels/parallel.ts';
import type { DecaySetup } from './decayKernel.ts';
import { kurtosisDesign, tensorDesign } from './designs.ts';
import { distinctDirections, type GradientTable, type Shell, shellsOf, unweightedBelow } from './gradients.ts';
import { type IvimSetup, perfusionGoneAt } from './ivimKernel.ts';
import type { KurtosisSetup } from './kurtosisKernel.ts';
import { isDetermined } from './linear.ts';
import type { DiffusionData } from './load.ts';
import type { FitMethod } from './logLinear.ts';
import { shellPlan } from './shellMeans.ts';
import type { ReaderSetup } from './signals.ts';
import type { TensorSetup } from './tensorKernel.ts';

export type DiffusionModel = 'adc' | 'dti' | 'dki' | 'ivim';

/** Maps of one model by name, each of the size of a volume (`vector`: three volumes); 0 outside the mask. */
export type Maps = Readonly<Record<string, Float32Array | Uint8Array>>;

export interface FitOptions {
  threads?: number;
  progress?: (fraction: number) => void;
}

const block = 512;

/** What the weighting of a series allows, most general first; for each model that it does not, why. */
export function possibleModels(table: GradientTable): Record<DiffusionModel, string | undefined> {
  const shells = shellsOf(table);
  const weighted = shells.filter(({ b }) => b > unweightedBelow);
  const early = shells.filter(({ b }) => b > 0 && b < perfusionGoneAt);
  const late = shells.filter(({ b }) => b >= perfusionGoneAt);
  const directions = table.hasDirections ? distinctDirections(table) : 0;
  const strongest = table.b.filter((b) => b >= 1400 && b <= 3200);
  return {
    adc: shells.length >= 2 ? undefined : 'there is only one b-value',
    dti:
      directions >= 6 && isDetermined(tensorDesign(table))
        ? undefined
        : directions === 0
          ? 'no direction of the gradients is known'
          : `${directions} different directions do not determine a tensor`,
    dki:
      directions >= 15 && strongest.length >= 15 && weighted.length >= 2 && isDetermined(kurtosisDesign(table))
        ? undefined
        : 'kurtosis needs two weighted shells, one of them at 1400 to 3200 s/mm², and 15 directions',
    ivim:
      early.length >= 3 && late.length >= 2 && shells[0]!.b < 20
        ? undefined
        : 'perfusion needs three b-values below 200 s/mm² besides 0, and two from 200 on',
  };
}

/** Floor of eigenvalues, um2/ms: 1e-6 over the largest b-value in ms/um2 (DIPY: over the largest number of its design). */
function leastDiffusivity({ b }: GradientTable): number {
  return 1e-6 / (Math.max(...b) / 1000);
}

/** `fa`, `md`, `ad`, `rd`, `s0`, `vector`, `residual`, `faSe`, `mdSe`, `flags`, `outliers`: see tensorKernel.ts. */
export async function fitTensor(of: DiffusionData, method: FitMethod, options: FitOptions = {}): Promise<Maps> {
  const design = tensorDesign(of.table);
  const setup: TensorSetup = {
    ...{ design, method, ...reading(of) },
    leastDiffusivity: leastDiffusivity(of.table),
    noise: of.noise ?? 0,
  };
  const maps = floatMaps(of, ['fa', 'md', 'ad', 'rd', 's0', 'residual', 'faSe', 'mdSe']);
  return run('./tensorKernel.ts', setup, of, options, {
    ...maps,
    vector: sharedFloat32(3 * of.size),
    flags: sharedUint8(of.size),
    outliers: sharedUint8(of.size),
  });
}

/** `adc`, `adcSe`, `s0`, `residual`, `flags`: see decayKernel.ts. `shells`: default all of the table. */
export async function fitDecay(
  of: DiffusionData,
  method: DecaySetup['method'],
  options: FitOptions & { shells?: readonly Shell[] } = {},
): Promise<Maps> {
  const setup: DecaySetup = {
    ...{ method, ...reading(of) },
    shells: shellPlan(options.shells ?? shellsOf(of.table)),
    noise: of.noise ?? 0,
  };
  const maps = floatMaps(of, ['adc', 'adcSe', 's0', 'residual']);
  return run('./decayKernel.ts', setup, of, options, { ...maps, flags: sharedUint8(of.size) });
}

/** `mk`, `ak`, `rk`, `fa`, `md`, `residual`, `flags`: see kurtosisKernel.ts. */
export async function fitKurtosis(of: DiffusionData, method: FitMethod, options: FitOptions = {}): Promise<Maps> {
  const design = kurtosisDesign(of.table);
  const setup: KurtosisSetup = {
    ...{ design, method, ...reading(of) },
    leastDiffusivity: leastDiffusivity(of.table),
  };
  const maps = floatMaps(of, ['mk', 'ak', 'rk', 'fa', 'md', 'residual']);
  return run('./kurtosisKernel.ts', setup, of, options, { ...maps, flags: sharedUint8(of.size) });
}

/** `f`, `d`, `dStar`, `dStarLow`, `dStarHigh`, `fSe`, `dSe`, `s0`, `residual`, `flags`: see ivimKernel.ts. */
export async function fitIvim(of: DiffusionData, method: IvimSetup['method'], options: FitOptions = {}): Promise<Maps> {
  const setup: IvimSetup = {
    ...{ method, ...reading(of) },
    shells: shellPlan(shellsOf(of.table)),
    noise: of.noise ?? 0,
  };
  const maps = floatMaps(of, ['f', 'd', 'dStar', 'dStarLow', 'dStarHigh', 'fSe', 'dSe', 's0', 'residual']);
  return run('./ivimKernel.ts', setup, of, options, { ...maps, flags: sharedUint8(of.size) });
}

function floatMaps(of: DiffusionData, names: readonly string[]): Record<string, SharedArray> {
  return Object.fromEntries(names.map((name) => [name, sharedFloat32(of.size)]));
}

function reading({ table, size, floor }: DiffusionData): ReaderSetup {
  return { volumes: table.volumes, size, floor, block };
}

async function run(
  kernel: string,
  setup: { block: number },
  of: DiffusionData,
  { threads, progress }: FitOptions,
  maps: Record<string, SharedArray>,
): Promise<Maps> {
  await inParallel({
    module: new URL(kernel, import.meta.url).href,
    setup,
    arrays: { data: of.data, voxels: of.voxels, ...maps },
    items: of.voxels.length,
    block,
    ...(threads !== undefined && { threads }),
    ...(progress && { progress }),
  });
  return maps as Maps;
}
