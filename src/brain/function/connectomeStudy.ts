import { IdiographError } from '../../dossier/errors.ts';
import type { Affine } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Volume } from '../../voxels/registration/shrink.ts';
import { type Atlas, type InTemplate, labelsOnRun, networks, onRun } from './atlas.ts';
import { type Cleaner, censor, cleaner, twentyFour } from './clean.ts';
import { principalSeries } from './components.ts';
import type { ConfoundChoice } from './confoundTable.ts';
import {
  type Connectome,
  connectomeOf,
  type NetworkMean,
  networkMeans,
  type SplitHalf,
  splitHalf,
} from './connectome.ts';
import { dvars, framewiseDisplacement, medianTsnr } from './framewise.ts';
import { type IndividualNetworks, individualNetworks } from './individualNetworks.ts';
import { type BoldRun, loadBold } from './load.ts';
import { estimateMotion, type Motion } from './motion.ts';
import { motionIssues } from './motionLimits.ts';
import { madeBy, type NetworkPairs, networkPairs } from './networkPairs.ts';
import { parcelSeries } from './parcelSeries.ts';
import { realign } from './realign.ts';
import { correctSliceTiming } from './sliceTiming.ts';
import { registerToTemplate } from './toTemplate.ts';

/** What the run went through before it came here. */
export type Preprocessing = 'none' | 'preprocessed' | 'denoised';

export interface ConnectomeInput {
  image: ImageHandle;
  preprocessing: Preprocessing;
  /** True when the run lies in MNI space already. */
  inTemplate: boolean;
  atlas: Atlas;
  /** T1, grey and white matter of the template; needed unless the run lies there already, and for aCompCor. */
  template: { t1: Volume; grey: Volume; white: Volume } | undefined;
  t1?: Volume;
  /** Of {@link readNetworkAtlas}: also the connectivity between 17 networks. */
  networkAtlas?: Atlas | undefined;
  /** Table of the other program, for preprocessed runs. */
  confounds?: ConfoundChoice;
  sliceTimesS?: readonly number[];
  repetitionTimeS?: number;
}

export interface ConnectomeOptions {
  /** Volumes that move by more are left out. Default 0.5 mm. */
  framewiseLimitMm?: number;
  bandHz?: readonly [number, number];
  /** Also the mean of the brain; off, because it makes anticorrelations. */
  globalSignal?: boolean;
  /** Maps of the patient's own networks; default true. */
  ownNetworks?: boolean;
  progress?: (fraction: number, doing: string) => void;
}

export interface ConnectomeStudy {
  run: BoldRun;
  connectome: Connectome;
  /** Time courses of the parcels after cleaning, over the volumes that count. */
  series: Float64Array[];
  networks: NetworkMean[];
  reliability: SplitHalf;
  /** Between 17 networks, where their atlas was given. */
  pairs: NetworkPairs['pairs'];
  /** Mean of the volumes from the second on, mm. */
  meanFdMm: number | undefined;
  /** {@link madeBy} of all that decides its numbers. */
  madeBy: string;
  own: IndividualNetworks | undefined;
  inTemplate: InTemplate;
  /** Correlation of image and template; undefined when the run came in template space. */
  ncc: number | undefined;
  /** The same before the free-form part, where there is one. */
  nccAffine: number | undefined;
  motion: Motion | undefined;
  framewiseMm: Float64Array | undefined;
  dvarsPercent: Float64Array;
  tsnr: number | undefined;
  keep: Uint8Array;
  minutes: number;
  model: {
    regressors: number;
    degreesOfFreedom: number;
    bandHz: readonly [number, number | undefined] | undefined;
    confounds: string;
  };
  /** What a model must have been made with to be read here. */
  settings: { atlas: string; globalSignal: boolean; framewiseLimitMm: number };
  issues: Issue[];
}

const asItIs: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const usualLimitMm = 0.5;
const usualBandHz = [0.01, 0.08] as const;
/** Minutes of volumes that count: none below, said to be short below. */
const leastMinutes = 5;
const stableMinutes = 25;
/** Share of a run's brain outside the brain of the template from which it cannot lie in that space. */
const mostOutside = 0.25;
/** A band-pass must leave so many degrees of freedom, otherwise only slow drift is taken out. */
const leastFreedom = 40;

/**
 * From a run at rest (or any run) to its connectome. Issues without a connectome where fewer than five minutes are left after
 * censoring, the images cannot be laid on the template, or fewer than half of the parcels have signal.
 */
export async function studyConnectome(
  input: ConnectomeInput,
  options: ConnectomeOptions = {},
): Promise<ConnectomeStudy | { issues: Issue[] }> {
  const step = (from: number, share: number, doing: string) => (fraction: number) =>
    options.progress?.(from + share * fraction, doing);
  const { atlas, template, preprocessing } = input;
  let run = await loadBold(input.image, {
    ...(input.repetitionTimeS !== undefined && { repetitionTimeS: input.repetitionTimeS }),
    progress: step(0, 0.15, 'reading volumes'),
  });
  const issues = [...run.issues];
  let motion: Motion | undefined;
  let framewiseMm = input.confounds?.framewiseMm;
  if (preprocessing === 'none') {
    if (input.sliceTimesS) {
      const timed = correctSliceTiming(run, input.sliceTimesS);
      issues.push(...timed.issues);
      run = timed.run;
    }
    motion = await estimateMotion(run, step(0.15, 0.15, 'estimating motion'));
    framewiseMm = framewiseDisplacement(motion.parameters);
    issues.push(...motionIssues(framewiseMm, motion.parameters));
    run = await realign(run, motion, step(0.3, 0.1, 'undoing motion'));
  } else if (framewiseMm) issues.push(...motionIssues(framewiseMm, new Float64Array(0)));
  const keep = framewiseMm
    ? censor(framewiseMm, options.framewiseLimitMm ?? usualLimitMm)
    : new Uint8Array(run.volumes).fill(1);
  const minutes = (keep.reduce((sum, one) => sum + one, 0) * run.repetitionTimeS) / 60;
  if (minutes < leastMinutes)
    return {
      issues: [
        ...issues,
        issue(
          'error',
          'rest-too-short',
          `${minutes.toFixed(1)} minutes are left after volumes that moved were taken out; at least ${leastMinutes} are needed.`,
          {
            remedy: 'Scan longer, or repeat with the head held still.',
          },
        ),
      ],
    };
  if (minutes < stableMinutes)
    issues.push(
      issue(
        'warning',
        'rest-short',
        `${minutes.toFixed(1)} minutes: single edges are unstable below 25 to 30 minutes; averages of networks hold better.`,
        {
          remedy: 'Read averages of networks, not single edges.',
        },
      ),
    );
  let to: InTemplate = { affine: asItIs };
  let ncc: number | undefined;
  let nccAffine: number | undefined;
  if (!input.inTemplate) {
    if (!template)
      throw new IdiographError('unsupported', 'the run is not in MNI space and the template is not installed', {
        remedy: 'Install it: idiograph packs add mni152 --from FOLDER.',
      });
    const found = registerToTemplate(run, input.t1, template.t1, step(0.4, 0.3, 'laying the run on the template'));
    if ('refused' in found) return { issues: [...issues, found.refused] };
    to = found;
    ncc = found.ncc;
    if (found.places) nccAffine = found.nccAffine;
    issues.push(...found.issues);
  }
  if (input.inTemplate && template) {
    const outside = shareOutside(run, template.t1);
    if (outside > mostOutside)
      return {
        issues: [
          ...issues,
          issue(
            'error',
            'run-outside-template',
            `${(100 * outside).toFixed(0)} % of the brain in the run lies outside the brain of the template: its name states a space in which it does not lie.`,
            { remedy: 'Give the run in an MNI152 space, or as the scanner made it.' },
          ),
        ],
      };
  }
  const labels = labelsOnRun(run, atlas, to);
  const parcels = parcelSeries(run, atlas, labels);
  issues.push(...parcels.issues);
  if (parcels.parcels.length < atlas.parcels.length / 2)
    return {
      issues: [
        ...issues,
        issue(
          'error',
          'parcels-without-signal',
          `Only ${parcels.parcels.length} of ${atlas.parcels.length} parcels have signal.`,
          {
            remedy: 'Check that the run covers the brain and lies in the space that its name states.',
          },
        ),
      ],
    };
  const { confounds, says } = confoundsOf(input, run, motion, template, to, options.globalSignal === true);
  const made = model(run, confounds, keep, preprocessing === 'denoised' ? undefined : (options.bandHz ?? usualBandHz));
  issues.push(...made.issues);
  const clean = made.cleaner;
  if (clean.degreesOfFreedom < 20)
    return {
      issues: [
        ...issues,
        issue(
          'error',
          'rest-no-freedom',
          `${clean.regressors} regressors for ${clean.volumes} volumes leave nothing to correlate.`,
          {
            remedy: 'Scan longer.',
          },
        ),
      ],
    };
  const series = parcels.series.map((one) => clean.clean(one));
  const connectome = connectomeOf(parcels.parcels, series);
  const own =
    options.ownNetworks === false
      ? undefined
      : ownNetworks(run, clean, parcels.parcels, series, labels, atlas, step(0.75, 0.25, 'finding networks'));
  const between = input.networkAtlas && networkPairs(run, input.networkAtlas, to, clean);
  issues.push(...(between?.issues ?? []));
  const framewiseLimitMm = options.framewiseLimitMm ?? usualLimitMm;
  return {
    pairs: between?.pairs ?? [],
    meanFdMm: framewiseMm && framewiseMm.subarray(1).reduce((sum, one) => sum + one, 0) / (framewiseMm.length - 1),
    madeBy: madeBy({
      ...{ atlas: atlas.name, preprocessing, framewiseLimitMm, globalSignal: options.globalSignal === true },
      ...{
        bandHz: made.bandHz?.map((one) => one ?? null) ?? null,
        aCompCor: template !== undefined,
        ...(to.places && { toTemplate: 'free-form' }),
      },
    }),
    ...{ run, connectome, series, own, inTemplate: to, ncc, nccAffine, motion, framewiseMm, keep, minutes, issues },
    settings: {
      ...{ atlas: atlas.name, globalSignal: options.globalSignal === true },
      framewiseLimitMm,
    },
    networks: networkMeans(connectome),
    reliability: splitHalf(parcels.parcels, series),
    dvarsPercent: dvars(run),
    tsnr: medianTsnr(run),
    model: {
      ...{ regressors: clean.regressors, degreesOfFreedom: clean.degreesOfFreedom },
      ...{ bandHz: made.bandHz, confounds: says },
    },
  };
}

function shareOutside(run: BoldRun, { grid, values }: Volume): number {
  const there = onRun(run, grid, values, { affine: asItIs }, 'nearest');
  return run.voxels.reduce((sum, at) => sum + (there[at]! > 0 ? 0 : 1), 0) / run.voxels.length;
}

function model(
  run: BoldRun,
  confounds: readonly Float64Array[],
  keep: Uint8Array,
  band: readonly [number, number] | undefined,
): { cleaner: Cleaner; bandHz: readonly [number, number | undefined] | undefined; issues: Issue[] } {
  const common = { repetitionTimeS: run.repetitionTimeS, confounds, keep };
  const whole = cleaner({ ...common, bandHz: band });
  if (band === undefined || whole.degreesOfFreedom >= leastFreedom) return { cleaner: whole, bandHz: band, issues: [] };
  const bandHz = [band[0], undefined] as const;
  return {
    ...{ cleaner: cleaner({ ...common, bandHz }), bandHz },
    issues: [
      issue(
        'warning',
        'band-pass-left-out',
        `A band-pass would leave ${whole.degreesOfFreedom} degrees of freedom: only drift below ${band[0]} Hz was taken out.`,
        {
          remedy: 'Scan longer.',
        },
      ),
    ],
  };
}

function confoundsOf(
  input: ConnectomeInput,
  run: BoldRun,
  motion: Motion | undefined,
  template: ConnectomeInput['template'],
  to: InTemplate,
  globalSignal: boolean,
): { confounds: Float64Array[]; says: string } {
  const confounds: Float64Array[] = [];
  const says: string[] = [];
  const { data, size, volumes, voxels } = run;
  if (input.preprocessing === 'denoised') return { confounds, says: 'as the other program took them out' };
  const six = motion
    ? [0, 1, 2, 3, 4, 5].map((of) => Float64Array.from({ length: volumes }, (_, t) => motion.parameters[t * 6 + of]!))
    : (input.confounds?.columns.slice(0, 6).map(({ values }) => values) ?? []);
  if (six.length === 6) {
    confounds.push(...twentyFour(six));
    says.push('24 of motion');
  }
  const given = input.confounds?.columns.slice(6).map(({ values }) => values) ?? [];
  if (given.length > 0) {
    confounds.push(...given);
    says.push(`${given.length} of the confounds table`);
  } else if (template) {
    const own = principalSeries(data, size, volumes, noiseVoxels(run, template, to), 5);
    confounds.push(...own);
    if (own.length > 0) says.push(`${own.length} aCompCor`);
  }
  if (globalSignal) {
    confounds.push(
      Float64Array.from({ length: volumes }, (_, t) => {
        let sum = 0;
        for (const at of voxels) sum += data[t * size + at]!;
        return sum / voxels.length;
      }),
    );
    says.push('global signal');
  }
  return { confounds, says: says.join(', ') || 'none' };
}

/** Voxels deep in white matter or in the ventricles: hardly any grey matter in the template there. At most 4,000, evenly. */
function noiseVoxels(run: BoldRun, template: NonNullable<ConnectomeInput['template']>, to: InTemplate): number[] {
  const there = ({ grid, values }: Volume): Float32Array => onRun(run, grid, values, to, 'trilinear');
  const [t1, grey, white] = [there(template.t1), there(template.grey), there(template.white)];
  const found = Array.from(run.voxels).filter(
    (at) => white[at]! > 0.98 || (t1[at]! > 0 && white[at]! < 0.02 && grey[at]! < 0.1),
  );
  const every = Math.max(1, Math.ceil(found.length / 4000));
  return found.filter((_, at) => at % every === 0);
}

function ownNetworks(
  run: BoldRun,
  clean: Cleaner,
  parcels: Connectome['parcels'],
  series: readonly Float64Array[],
  labels: Float32Array,
  atlas: Atlas,
  progress: (fraction: number) => void,
): IndividualNetworks | undefined {
  const names = networks.filter((name) => name !== 'Subcortex' && parcels.some(({ network }) => network === name));
  if (names.length < 2) return undefined;
  const mean = names.map((name) => {
    const own = series.filter((_, at) => parcels[at]!.network === name);
    return Float64Array.from(
      { length: clean.volumes },
      (_, t) => own.reduce((sum, one) => sum + one[t]!, 0) / own.length,
    );
  });
  const networkOf = new Map(
    atlas.parcels.map(({ label, network }) => [label, (names as string[]).indexOf(network) + 1]),
  );
  const parcelNetwork = Uint8Array.from(labels, (label) => networkOf.get(label) ?? 0);
  const cortex = { ...run, voxels: run.voxels.filter((at) => parcelNetwork[at]! > 0) };
  return individualNetworks(cortex, clean, names, mean, parcelNetwork, progress);
}
