import { dayOf, numberForReader } from '../dossier/words.ts';
import { html, type Markup } from './html/markup.ts';

const width = 190;
const [left, right] = [24, 166];
const [top, bottom] = [14, 36];

export interface CoursePoint {
  time: string;
  value: number;
}

/**
 * One measure over time: dots at their dates joined by a line, the first and last value beside their dots, their dates
 * below, and the highest value above its dot where it lies between: a peak must not be a dot without a number. Undefined for fewer than two points: one point is no course.
 */
export function trendPlot(display: string, course: readonly CoursePoint[], unit = '1'): Markup | undefined {
  if (course.length < 2) return undefined;
  const days = course.map((point) => Date.parse(dayOf(point.time)) / 86_400_000);
  const values = course.map((point) => point.value);
  const [firstDay, lastDay] = [Math.min(...days), Math.max(...days)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const points = course.map((point, i) => ({
    x: round(left + ((days[i] - firstDay) / (lastDay - firstDay || 1)) * (right - left)),
    y: round(high === low ? (top + bottom) / 2 : bottom - ((point.value - low) / (high - low)) * (bottom - top)),
  }));
  const last = points.length - 1;
  const peak = values.indexOf(high);
  const peakIsBetween = peak > 0 && peak < last && high > values[last];
  const said = (i: number) => numberForReader(course[i].value, unit);
  const label = `${display} over time: ${course.map((point, i) => `${dayOf(point.time)} ${said(i)}`).join(', ')}`;
  return html`<svg class="trend" viewBox="0 0 ${width} 50" role="img" aria-label="${label}"><polyline points="${points
    .map(({ x, y }) => `${x},${y}`)
    .join(' ')}" class="trend-line"/>${points.map(
    ({ x, y }, i) =>
      html`<circle cx="${x}" cy="${y}" r="${i === last ? 3.5 : 2}" class="${i === last ? 'dot' : 'dot-earlier'}"/>`,
  )}${peakIsBetween ? html`<text x="${points[peak].x}" y="${points[peak].y - 5}" class="band-label">${said(peak)}</text>` : undefined}<text x="${left - 5}" y="${points[0].y + 3.5}" class="band-label end">${said(0)}</text><text x="${right + 6}" y="${points[last].y + 3.5}" class="band-label start here">${said(last)}</text><text x="0" y="49" class="band-label start">${dayOf(course[0].time)}</text><text x="${width}" y="49" class="band-label end">${dayOf(course[last].time)}</text></svg>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
