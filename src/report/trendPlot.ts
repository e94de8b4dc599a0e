import { dayOf, numberForReader } from '../dossier/words.ts';
import { trendPlotSize } from './plotSizes.ts';

const [narrowest, widest] = [24, 166];
/** Width of a digit in the small print of the plot. */
const digit = 6.5;
const [top, bottom] = [14, 36];

export interface CoursePoint {
  time: string;
  value: number;
}

/** A course as numbers and words: positions in units of `trendPlotSize`. */
export interface TrendPlot {
  type: 'trend';
  /** Every point with its day, for those who cannot see it. */
  described: string;
  points: { x: number; y: number; time: string; value: number; words: string; latest: boolean }[];
  /** Numbers beside dots and the days below. `latest` is the one to look at first. */
  labels: { x: number; y: number; text: string; anchor: 'start' | 'middle' | 'end'; latest: boolean }[];
}

/**
 * One measure over time: dots at their dates joined by a line, the first and last value beside their dots, their dates
 * below, and the highest value above its dot where it lies between: a peak must not be a dot without a number.
 * Undefined for fewer than two points: one point is no course.
 */
export function trendPlot(display: string, course: readonly CoursePoint[], unit = '1'): TrendPlot | undefined {
  if (course.length < 2) return undefined;
  const days = course.map((point) => Date.parse(dayOf(point.time)) / 86_400_000);
  const values = course.map((point) => point.value);
  const [firstDay, lastDay] = [days.reduce((a, b) => Math.min(a, b)), days.reduce((a, b) => Math.max(a, b))];
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const last = course.length - 1;
  // Room for the numbers beside the first and the last dot, whatever their length.
  const left = Math.max(narrowest, 6 + digit * numberForReader(values[0], unit).length);
  const right = Math.min(widest, trendPlotSize.width - 8 - digit * numberForReader(values[last], unit).length);
  const points = course.map(({ time, value }, i) => ({
    x: round(left + ((days[i] - firstDay) / (lastDay - firstDay || 1)) * (right - left)),
    y: round(high === low ? (top + bottom) / 2 : bottom - ((value - low) / (high - low)) * (bottom - top)),
    time,
    value,
    words: numberForReader(value, unit),
    latest: i === last,
  }));
  const peak = values.indexOf(high);
  const labels: TrendPlot['labels'] = [];
  if (peak > 0 && peak < last && high > values[last])
    labels.push({
      x: points[peak].x,
      y: points[peak].y - 5,
      text: points[peak].words,
      anchor: 'middle',
      latest: false,
    });
  labels.push(
    { x: left - 5, y: points[0].y + 3.5, text: points[0].words, anchor: 'end', latest: false },
    { x: right + 6, y: points[last].y + 3.5, text: points[last].words, anchor: 'start', latest: true },
    { x: 0, y: 49, text: dayOf(course[0].time), anchor: 'start', latest: false },
    { x: trendPlotSize.width, y: 49, text: dayOf(course[last].time), anchor: 'end', latest: false },
  );
  return {
    type: 'trend',
    described: `${display} over time: ${points.map((point) => `${dayOf(point.time)} ${point.words}`).join(', ')}`,
    points,
    labels,
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
