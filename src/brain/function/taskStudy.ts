import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { type Cluster, clustersAbove } from './clusters.ts';
import { type Contrast, readContrast, usualContrasts } from './contrast.ts';
import { type Design, type DesignOptions, taskDesign } from './design.ts';
import { readEvents } from './events.ts';
import { dvars, framewiseDisplacement, medianTsnr } from './framewise.ts';
import { fitGlm, type GlmMaps } from './glm.ts';
import { type BoldRun, loadBold } from './load.ts';
import { estimateMotion, type Motion } from './motion.ts';
import { motionIssues } from './motionLimits.ts';
import { realign } from './realign.ts';
import { correctSliceTiming, type VolumeTiming } from './sliceTiming.ts';
import { criticalT, fdrThreshold } from './thresholds.ts';

export interface TaskOptions {
  /** As {@link readContrast} reads them; default {@link usualContrasts}. */
  contrasts?: readonly string[];
  /** Default `ar1`. */
  noise?: 'ols' | 'ar1';
  derivatives?: DesignOptions['derivatives'];
  drift?: DesignOptions['drift'];
  timeReference?: number;
  /** Of the sidecar: slices of a raw run are brought to the middle of the volume, and the design stands there. */
  timing?: VolumeTiming;
  /** Undo motion and take its parameters into the model. Default true; false for preprocessed runs. */
  realign?: boolean;
  /** Columns of a confounds table, instead of our own parameters. */
  confounds?: readonly { name: string; values: Float64Array }[];
  repetitionTimeS?: number;
  mask?: Uint8Array;
  progress?: (fraction: number, doing: string) => void;
}

export interface ContrastMap {
  name: string;
  effect: Float32Array;
  t: Float32Array;
  /** Largest and smallest t. */
  highest: number;
  lowest: number;
  /** |t| at a false discovery rate of 5 %, two-sided; undefined when no voxel reaches it. */
  fdrT: number | undefined;
  /** Clusters at a voxel p < .001 (two-sided), of at least ten voxels; larger ones first. */
  positive: Cluster[];
  negative: Cluster[];
}

export interface TaskStudy {
  run: BoldRun;
  design: Design;
  /** Moment of a volume at which the design stands, as share of the repetition time. */
  timeReference: number;
  maps: Pick<GlmMaps, 'rho' | 'sigma' | 'degreesOfFreedom'>;
  /** On the grid of the run, 0 outside the mask. */
  contrasts: ContrastMap[];
  /** The t of p = .001, two-sided: what clusters are made at. */
  clusterT: number;
  motion: Motion | undefined;
  framewiseMm: Float64Array | undefined;
  dvarsPercent: Float64Array;
  tsnr: number | undefined;
  issues: Issue[];
}

const clusterP = 0.001;
const leastClusterVoxels = 10;

/**
 * Task model of one run with its events: motion, design, fit, contrasts, thresholds, clusters. Issues with severity `error`
 * and no maps where events cannot belong to the run. Throws as {@link loadBold}, {@link readContrast} and {@link fitGlm} do.
 */
export async function studyTask(
  image: ImageHandle,
  events: { columns: readonly string[]; rows: readonly Readonly<Record<string, string>>[] },
  options: TaskOptions = {},
): Promise<TaskStudy | { issues: Issue[] }> {
  const step = (from: number, share: number, doing: string) => (fraction: number) =>
    options.progress?.(from + share * fraction, doing);
  const raw = await loadBold(image, {
    ...(options.repetitionTimeS !== undefined && { repetitionTimeS: options.repetitionTimeS }),
    ...(options.mask && { mask: options.mask }),
    progress: step(0, 0.3, 'reading volumes'),
  });
  const { volumes, repetitionTimeS } = raw;
  const read = readEvents(events.columns, events.rows, volumes * repetitionTimeS);
  const issues = [...raw.issues, ...read.issues];
  if (read.events.length === 0) return { issues };
  let run = raw;
  let motion: Motion | undefined;
  let framewiseMm: Float64Array | undefined;
  const { sliceTimesS, startS } = options.timing ?? {};
  let timeReference = options.timeReference;
  if (options.realign ?? true) {
    if (sliceTimesS && timeReference === undefined) {
      const timed = correctSliceTiming(raw, sliceTimesS);
      issues.push(...timed.issues);
      run = timed.run;
      if (timed.issues.length === 0) timeReference = 0.5;
    }
    motion = await estimateMotion(run, step(0.3, 0.25, 'estimating motion'));
    framewiseMm = framewiseDisplacement(motion.parameters);
    issues.push(...motionIssues(framewiseMm, motion.parameters));
    run = await realign(run, motion, step(0.55, 0.15, 'undoing motion'));
  } else if (startS !== undefined && startS <= repetitionTimeS) timeReference ??= startS / repetitionTimeS;
  const own = motion && !options.confounds ? motionColumns(motion) : [];
  const design = taskDesign(read.events, {
    ...{ volumes, repetitionTimeS, confounds: options.confounds ?? own },
    ...(options.derivatives && { derivatives: options.derivatives }),
    ...(options.drift && { drift: options.drift }),
    ...(timeReference !== undefined && { timeReference }),
  });
  const contrasts: readonly Contrast[] =
    options.contrasts?.map((text) => readContrast(text, design)) ?? usualContrasts(design);
  const maps = await fitGlm(run, design, contrasts, {
    noise: options.noise ?? 'ar1',
    progress: step(0.7, 0.2, 'fitting the model'),
  });
  issues.push(...stimulusMotionIssue(design, motion));
  const clusterT = criticalT(clusterP, maps.degreesOfFreedom);
  return {
    ...{ run, design, timeReference: timeReference ?? 0, maps, clusterT, motion, framewiseMm, issues },
    contrasts: maps.contrasts.map((one) => contrastMap(run, one, maps.degreesOfFreedom, clusterT)),
    dvarsPercent: dvars(run),
    tsnr: medianTsnr(run),
  };
}

function motionColumns(motion: Motion): { name: string; values: Float64Array }[] {
  const volumes = motion.parameters.length / 6;
  return ['x', 'y', 'z', 'turn x', 'turn y', 'turn z'].map((name, of) => ({
    name: `motion ${name}`,
    values: Float64Array.from({ length: volumes }, (_, t) => motion.parameters[t * 6 + of]!),
  }));
}

/** Motion in time with the task looks like activation at the edges of the brain, and taking it out takes activation out. */
function stimulusMotionIssue(design: Design, motion: Motion | undefined): Issue[] {
  if (!motion) return [];
  const columns = motionColumns(motion);
  let [largest, condition, direction] = [0, '', ''];
  for (const [at, name] of design.conditions.entries())
    for (const one of columns) {
      const r = Math.abs(correlation(design.columns[at]!, one.values));
      if (r > largest) [largest, condition, direction] = [r, name, one.name];
    }
  if (largest < 0.5) return [];
  return [
    issue(
      'warning',
      'motion-follows-task',
      `${direction} follows ${condition} (r ${largest.toFixed(2)}): activation and motion cannot be told apart there.`,
      {
        remedy: 'Look for rims of activation at the edges of the brain; repeat the run with the head held still.',
      },
    ),
  ];
}

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    ab += (a[at]! - ma) * (b[at]! - mb);
    aa += (a[at]! - ma) ** 2;
    bb += (b[at]! - mb) ** 2;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

function contrastMap(
  { voxels, size, grid }: BoldRun,
  { name, effect, t }: GlmMaps['contrasts'][number],
  degreesOfFreedom: number,
  clusterT: number,
): ContrastMap {
  const spread = (values: Float32Array, sign = 1): Float32Array => {
    const whole = new Float32Array(size);
    for (let item = 0; item < voxels.length; item++) whole[voxels[item]!] = sign * values[item]!;
    return whole;
  };
  const whole = spread(t);
  let [highest, lowest] = [-Infinity, Infinity];
  for (const value of t) {
    if (value > highest) highest = value;
    if (value < lowest) lowest = value;
  }
  return {
    ...{ name, effect: spread(effect), t: whole, highest, lowest },
    fdrT: fdrThreshold(t, degreesOfFreedom),
    positive: clustersAbove(whole, clusterT, grid, leastClusterVoxels),
    negative: clustersAbove(spread(t, -1), clusterT, grid, leastClusterVoxels),
  };
}
