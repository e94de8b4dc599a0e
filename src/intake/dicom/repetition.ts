import { type Issue, issue } from '../../dossier/issue.ts';
import type { Frame } from './frames.ts';
import { type DicomRecord, numberOf, textOf } from './record.ts';

/** Median of a list that is not empty. */
function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Begin of each time point in s, where all are known and rise. */
function beginnings(
  frames: (Frame | undefined)[][],
  timeOf: (frame: Frame) => number | undefined,
): number[] | undefined {
  const times: number[] = [];
  for (const row of frames) {
    const known = row.filter((frame) => frame !== undefined).map(timeOf);
    if (known.length === 0 || known.includes(undefined)) return undefined;
    times.push(Math.min(...(known as number[])));
  }
  return times.every((time, t) => t === 0 || time > times[t - 1]!) ? times : undefined;
}

/**
 * Seconds between time points, where even. Stated offsets and frame times count first, then acquisition times when they
 * rise from time point to time point and keep an even beat; otherwise RepetitionTime, which is the beat of the volumes
 * only for multi-slice scans that excite each slice once a volume (2-D echo planar). Acquisition times that contradict
 * the order of the time points are not believed: some archives carry times of reconstruction there.
 */
export function repetitionTime(
  frames: (Frame | undefined)[][],
  record: DicomRecord,
  axis: string | undefined,
): { seconds?: number; issues: Issue[] } {
  const issues: Issue[] = [];
  if (frames.length < 2 || axis === undefined || /diffusion|FlipAngle|InversionTime|PhaseNumber|TriggerTime/.test(axis))
    return { issues };
  const stated = numberOf(record, 'RepetitionTime');
  const isPlanar2d =
    textOf(record, 'MRAcquisitionType') !== '3D' &&
    textOf(record, 'Modality') === 'MR' &&
    stated !== undefined &&
    stated >= 200;
  const clocks: [string, (frame: Frame) => number | undefined][] = [
    ['TemporalPositionTimeOffset', (frame) => frame.order['TemporalPositionTimeOffset'] as number | undefined],
    ['FrameReferenceDateTime', (frame) => frame.order['FrameReferenceDateTime'] as number | undefined],
    ['FrameReferenceTime', (frame) => scaleMs(frame.order['FrameReferenceTime'])],
    ['AcquisitionTime', (frame) => frame.acquiredS],
    ['ContentTime', (frame) => (isPlanar2d ? undefined : (frame.order['ContentTime'] as number | undefined))],
  ];
  for (const [name, timeOf] of clocks) {
    const times = beginnings(frames, timeOf);
    if (times === undefined) continue;
    const gaps = times.slice(1).map((time, t) => time - times[t]!);
    const beat = median(gaps);
    const even = gaps.every((gap) => Math.abs(gap - beat) <= Math.max(0.05 * beat, 0.011));
    if (!even) {
      if (isPlanar2d) break;
      issues.push(issue('info', 'time-points-uneven', `Time points are not evenly spaced (${name}).`));
      return { issues };
    }
    const mean = (times.at(-1)! - times[0]!) / gaps.length;
    if (isPlanar2d && Math.abs(mean - stated / 1000) <= 0.05 * (stated / 1000))
      return { seconds: stated / 1000, issues };
    if (isPlanar2d)
      issues.push(
        issue(
          'info',
          'repetition-time-differs',
          `RepetitionTime says ${stated / 1000} s; ${name} says ${mean.toFixed(3)} s from volume to volume, which was used.`,
        ),
      );
    return { seconds: Math.round(mean * 1e6) / 1e6, issues };
  }
  if (isPlanar2d) return { seconds: stated / 1000, issues };
  return { issues };
}

function scaleMs(value: number | string | undefined): number | undefined {
  return typeof value === 'number' ? value / 1000 : undefined;
}

/** When each time point was acquired, from the clock that tells most. Seconds from the first. */
export interface TimePointTimes {
  timePointsS: number[];
  timePointClock: string;
  /** Largest difference of times within a time point: slices of 2D scans, or two scans that share a time point. */
  timePointSpreadS: number;
}

/**
 * Times of the time points of a volume by the first clock that rises from each to the next; empty when none does. Unlike
 * {@link repetitionTime} it needs no even beat: contrast-enhanced series often wait between their scans.
 */
export function timePointTimes(frames: (Frame | undefined)[][]): TimePointTimes | Record<string, never> {
  const clocks: [string, (frame: Frame) => number | undefined][] = [
    ['TemporalPositionTimeOffset', (frame) => frame.order['TemporalPositionTimeOffset'] as number | undefined],
    ['FrameReferenceDateTime', (frame) => frame.order['FrameReferenceDateTime'] as number | undefined],
    ['FrameReferenceTime', (frame) => scaleMs(frame.order['FrameReferenceTime'])],
    ['TriggerTime', (frame) => scaleMs(frame.order['TriggerTime'])],
    ['AcquisitionTime', (frame) => frame.acquiredS],
    ['ContentTime', (frame) => frame.order['ContentTime'] as number | undefined],
  ];
  for (const [name, timeOf] of clocks) {
    const times = beginnings(frames, timeOf);
    if (times === undefined) continue;
    const spread = frames.map((row, t) =>
      Math.max(...row.flatMap((frame) => (frame === undefined ? [] : [timeOf(frame)! - times[t]!]))),
    );
    const round = (value: number): number => Math.round(value * 1e6) / 1e6;
    return {
      timePointsS: times.map((time) => round(time - times[0]!)),
      timePointClock: name,
      timePointSpreadS: round(Math.max(...spread)),
    };
  }
  return {};
}
