import { type Issue, issue } from '../../dossier/issue.ts';
import type { Frame } from './frames.ts';

/** Frames arranged as [t][k]; undefined where a slice is missing. */
export interface TimeGrid {
  frames: (Frame | undefined)[][];
  /** Attribute(s) that tell the time points apart; undefined for one time point. */
  axis?: string;
  /** Frames that have no place: duplicates, rests of incomplete time points. */
  left: Frame[];
  issues: Issue[];
}

type Label = (frame: Frame) => number | string | undefined;

/** In the order of trust. A scan's own counter comes before clock times, which vendors fill with all sorts of times. */
const attributes: [string, Label][] = [
  ...[
    'TemporalPositionIndex',
    'TemporalPositionIdentifier',
    'TemporalPositionTimeOffset',
    'FrameReferenceDateTime',
    'FrameReferenceTime',
    'TimeSliceVector',
  ].map((name): [string, Label] => [name, (frame) => frame.order[name]]),
  ['diffusion', diffusionLabel],
  ...[
    'PhaseNumber',
    'TriggerTime',
    'InversionTime',
    'FlipAngle',
    'RepetitionTime',
    'DimensionIndex',
    'FrameAcquisitionNumber',
    'AcquisitionNumber',
  ].map((name): [string, Label] => [name, (frame) => frame.order[name]]),
  ['AcquisitionTime', (frame) => frame.acquiredS],
  ['ContentTime', (frame) => frame.order['ContentTime']],
  ['FrameNumber', (frame) => frame.order['FrameNumber']],
];

function diffusionLabel(frame: Frame): string | undefined {
  if (frame.bValue === undefined) return undefined;
  return `${Math.round(frame.bValue)} ${frame.gradient?.map((one) => one.toFixed(4)).join(' ') ?? ''}`;
}

function compareFrames(a: Frame, b: Frame): number {
  return a.instanceNumber - b.instanceNumber || a.file - b.file || a.frame - b.frame;
}

/** Every position has every label exactly once. */
function isGrid(positions: Frame[][], label: Label): boolean {
  const first = new Set(positions[0]!.map(label));
  if (first.has(undefined) || first.size !== positions[0]!.length) return false;
  return positions.every((frames) => {
    if (frames.length !== first.size) return false;
    const seen = new Set(frames.map(label));
    return seen.size === first.size && [...seen].every((one) => first.has(one));
  });
}

function pairOf(a: Label, b: Label): Label {
  return (frame) => {
    const [x, y] = [a(frame), b(frame)];
    return x === undefined || y === undefined
      ? undefined
      : `${typeof x === 'number' ? sortable(x) : x}|${typeof y === 'number' ? sortable(y) : y}`;
  };
}

function sortable(value: number): string {
  return (value + 1e9).toFixed(4).padStart(20, '0');
}

/** Labels in order: numbers by size, texts by the instance numbers of their frames. */
function orderLabels(positions: Frame[][], label: Label): (number | string)[] {
  const sums = new Map<number | string, { sum: number; count: number }>();
  for (const frame of positions.flat()) {
    const one = label(frame);
    if (one === undefined) continue;
    const entry = sums.get(one) ?? { sum: 0, count: 0 };
    entry.sum += frame.instanceNumber;
    entry.count++;
    sums.set(one, entry);
  }
  const mean = (one: number | string): number => sums.get(one)!.sum / sums.get(one)!.count;
  return [...sums.keys()].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : mean(a) - mean(b) || (String(a) < String(b) ? -1 : 1),
  );
}

function arrange(positions: Frame[][], label: Label): (Frame | undefined)[][] {
  return orderLabels(positions, label).map((one) =>
    positions.map((frames) => frames.find((frame) => label(frame) === one)),
  );
}

/** Frames of one position that nothing tells apart: the first stays. */
function dropDuplicates(positions: Frame[][]): { positions: Frame[][]; dropped: Frame[] } {
  const dropped: Frame[] = [];
  const kept = positions.map((frames) => {
    const seen = new Set<string>();
    return [...frames].sort(compareFrames).filter((frame) => {
      const key = JSON.stringify([
        Math.floor(frame.instanceNumber),
        frame.frame,
        ...attributes.map(([, label]) => label(frame) ?? null),
      ]);
      if (!seen.has(key)) return seen.add(key) !== undefined;
      dropped.push(frame);
      return false;
    });
  });
  return { positions: kept, dropped };
}

/**
 * Distributes the frames of each slice position over time points (or b-values, phases, flip angles ...). A single
 * attribute that makes a full grid wins, then pairs of attributes, then the order of instance numbers. Where no full
 * grid exists, incomplete time points keep holes when few slices are missing, and are left out otherwise.
 * `positions`: frames by slice position, in order along the normal.
 */
export function arrangeTime(input: Frame[][]): TimeGrid {
  const issues: Issue[] = [];
  const { positions, dropped } = dropDuplicates(input);
  if (dropped.length > 0)
    issues.push(
      issue(
        'warning',
        'duplicate-instance',
        `${dropped.length} images repeat others at the same position; the first of each was used.`,
        { remedy: 'Export the series again without duplicates.' },
      ),
    );
  const counts = positions.map((frames) => frames.length);
  const most = Math.max(...counts);
  if (most === 1) return { frames: [positions.map((frames) => frames[0])], left: dropped, issues };

  const varying = attributes.filter(([, label]) => positions.some((frames) => new Set(frames.map(label)).size > 1));
  for (const [name, label] of varying)
    if (isGrid(positions, label)) return { frames: arrange(positions, label), axis: name, left: dropped, issues };
  for (let i = 0; i < varying.length; i++)
    for (let j = i + 1; j < varying.length; j++) {
      const label = pairOf(varying[i]![1], varying[j]![1]);
      if (isGrid(positions, label))
        return {
          frames: arrange(positions, label),
          axis: `${varying[i]![0]} x ${varying[j]![0]}`,
          left: dropped,
          issues,
        };
    }

  if (counts.every((count) => count === most)) {
    const sorted = positions.map((frames) => [...frames].sort(compareFrames));
    issues.push(
      issue(
        'info',
        'time-order-by-instance-number',
        'No attribute tells the time points apart: they were put in the order of InstanceNumber.',
      ),
    );
    return {
      frames: Array.from({ length: most }, (_, t) => sorted.map((frames) => frames[t])),
      axis: 'InstanceNumber',
      left: dropped,
      issues,
    };
  }
  return incomplete(positions, varying, dropped, issues);
}

/** Unequal numbers of images per position: some are missing, or some positions were scanned twice. */
function incomplete(positions: Frame[][], varying: [string, Label][], dropped: Frame[], issues: Issue[]): TimeGrid {
  const unique = varying.find(([, label]) =>
    positions.every(
      (frames) => new Set(frames.map(label)).size === frames.length && !frames.map(label).includes(undefined),
    ),
  );
  if (unique === undefined || positions.filter((frames) => frames.length > 1).length < positions.length / 2) {
    const left = positions.flatMap((frames) => [...frames].sort(compareFrames).slice(1));
    issues.push(
      issue(
        'warning',
        'duplicate-instance',
        `${left.length} images lie at positions that were filled already; the first of each was used.`,
        { remedy: 'Check whether two acquisitions share one series.' },
      ),
    );
    return {
      frames: [positions.map((frames) => [...frames].sort(compareFrames)[0])],
      left: [...dropped, ...left],
      issues,
    };
  }
  const [axis, label] = unique;
  const all = arrange(positions, label);
  const frames = all.filter((row) => row.filter((one) => one === undefined).length <= Math.max(1, 0.1 * row.length));
  const left = all
    .filter((row) => !frames.includes(row))
    .flat()
    .filter((one) => one !== undefined);
  const holes = frames.flat().filter((one) => one === undefined).length;
  const outs = all.length - frames.length;
  if (holes > 0)
    issues.push(
      issue(
        'error',
        'slice-missing',
        `${holes} slices are missing in ${frames.filter((row) => row.includes(undefined)).length} time points; their voxels hold no data.`,
        { remedy: 'Fetch the series again; do not measure where slices are missing.' },
      ),
    );
  if (outs > 0)
    issues.push(
      issue(
        'error',
        'time-point-incomplete',
        `${outs} time points lack more than a tenth of their slices and were left out.`,
        { remedy: 'Fetch the series again.' },
      ),
    );
  if (frames.length === 0)
    return {
      frames: [positions.map((one) => one[0])],
      left: [...dropped, ...positions.flatMap((one) => one.slice(1))],
      issues,
    };
  return { frames, axis, left: [...dropped, ...left], issues };
}
