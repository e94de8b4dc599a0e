import { encodePng } from '../../voxels/png.ts';
import { levelCounts } from './features/histogram.ts';
import { interpolated } from './features/statistics.ts';
import type { Levels } from './levels.ts';
import { type Prepared, regionValues } from './prepare.ts';

/** Bars of a histogram; several levels share one where there are more levels than this. */
const mostBars = 128;
const [width, height] = [520, 240];
const frame = { left: 46, right: 510, top: 12, bottom: 214 };
const colors = { bar: [70, 110, 160], band: [232, 236, 242], line: [190, 90, 20], axis: [110, 110, 110] } as const;

/** The picture and what it shows in words and numbers. */
export interface HistogramPicture {
  png: Uint8Array;
  says: string;
}

/**
 * Histogram of the levels of a region as the texture features see them (IBSI intensity histogram): a bar for each level, the
 * numbers at the axis are values of the image and voxels. Behind it the 10th to the 90th percentile, a line at the median.
 */
export function histogramPicture(prepared: Prepared, levels: Levels, unit: string): HistogramPicture {
  const counts = levelCounts(levels);
  const each = Math.ceil(levels.count / mostBars);
  const bars = new Array<number>(Math.ceil(levels.count / each)).fill(0);
  for (let level = 1; level <= levels.count; level++) bars[Math.floor((level - 1) / each)]! += counts[level]!;
  const most = Math.max(...bars);
  const [low, high] = [levels.lowest, levels.lowest + levels.width * each * bars.length];
  const sorted = regionValues(prepared).sort();
  const [p10, median, p90] = [0.1, 0.5, 0.9].map((p) => interpolated(sorted, p)) as [number, number, number];
  const picture = canvas();
  const across = (value: number): number =>
    frame.left + ((value - low) / (high - low || 1)) * (frame.right - frame.left);
  const up = (count: number): number => frame.bottom - (count / most) * (frame.bottom - frame.top);
  picture.fill(across(p10), frame.top, across(p90), frame.bottom, colors.band);
  for (const [at, count] of bars.entries()) {
    const [from, to] = [at, at + 1].map((bar) => frame.left + (bar / bars.length) * (frame.right - frame.left));
    const gap = bars.length <= 64 ? 1 : 0;
    if (count > 0) picture.fill(from!, up(count), to! - gap, frame.bottom, colors.bar);
  }
  for (let y = frame.top; y < frame.bottom; y += 8)
    picture.fill(across(median) - 1, y, across(median) + 1, y + 5, colors.line);
  picture.fill(frame.left - 1, frame.bottom, frame.right, frame.bottom + 1, colors.axis);
  picture.fill(frame.left - 1, frame.top, frame.left, frame.bottom, colors.axis);
  picture.write(short(low), frame.left, frame.bottom + 6, 'start');
  picture.write(short((low + high) / 2), (frame.left + frame.right) / 2, frame.bottom + 6, 'middle');
  picture.write(short(high), frame.right, frame.bottom + 6, 'end');
  picture.write(short(most), frame.left - 5, frame.top, 'end');
  picture.write('0', frame.left - 5, frame.bottom - 10, 'end');
  const of = unit === '1' ? '' : ` ${unit === "[hnsf'U]" ? 'HU' : unit}`;
  const grouped = each > 1 ? `, ${each} to a bar` : '';
  return {
    png: encodePng(picture.rgb, width, height),
    says: `${levels.voxels} voxels in ${levels.count} levels of ${short(levels.width)}${of}${grouped}; median ${short(median)}${of} (dashed), 10th to 90th percentile ${short(p10)} to ${short(p90)}${of} (shaded), fullest bar ${most} voxels`,
  };
}

/** Four digits at most, as far as they say something. */
function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Digits and signs of numbers, three dots wide and five high, rows from the top. */
const glyphs: Readonly<Record<string, readonly number[]>> = {
  '0': [7, 5, 5, 5, 7],
  '1': [2, 6, 2, 2, 7],
  '2': [7, 1, 7, 4, 7],
  '3': [7, 1, 7, 1, 7],
  '4': [5, 5, 7, 1, 1],
  '5': [7, 4, 7, 1, 7],
  '6': [7, 4, 7, 5, 7],
  '7': [7, 1, 1, 1, 1],
  '8': [7, 5, 7, 5, 7],
  '9': [7, 5, 7, 1, 7],
  '-': [0, 0, 7, 0, 0],
  '+': [0, 2, 7, 2, 0],
  '.': [0, 0, 0, 0, 2],
  e: [0, 7, 7, 4, 7],
};

function canvas() {
  const rgb = new Uint8Array(width * height * 3).fill(255);
  const fill = (x0: number, y0: number, x1: number, y1: number, color: readonly number[]): void => {
    for (let y = Math.max(0, Math.round(y0)); y < Math.min(height, Math.round(y1)); y++)
      for (let x = Math.max(0, Math.round(x0)); x < Math.min(width, Math.round(x1)); x++)
        rgb.set(color, (y * width + x) * 3);
  };
  const write = (text: string, x: number, y: number, anchor: 'start' | 'middle' | 'end'): void => {
    const dot = 2;
    const long = text.length * 4 * dot - dot;
    const left = Math.round(x - (anchor === 'start' ? 0 : anchor === 'end' ? long : long / 2));
    for (const [at, sign] of [...text].entries())
      for (const [row, bits] of (glyphs[sign] ?? []).entries())
        for (let column = 0; column < 3; column++) {
          if ((bits & (4 >> column)) === 0) continue;
          const [px, py] = [left + (at * 4 + column) * dot, y + row * dot];
          fill(px, py, px + dot, py + dot, colors.axis);
        }
  };
  return { rgb, fill, write };
}
