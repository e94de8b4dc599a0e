import type { Finding } from '../dossier/finding.ts';
import { members, valueInWords } from '../plan/bindings.ts';
import { html, type Markup } from './html/markup.ts';

const width = 240;
const height = 40;
const top = 8;
const barHeight = 12;

/**
 * The bands of a finding's own reference with the patient's dot (one dot for each member of a set) and interval.
 * Bands differ in grey and are separated and labelled, so that the plot reads in black and white; no band is green.
 * Undefined when the finding has no bands: a value without a reference gets no picture that suggests one.
 */
export function bandPlot(finding: Finding): Markup | undefined {
  const bands = finding.norm?.bands;
  if (bands === undefined || bands.length === 0) return undefined;
  const values = members(finding).flatMap((member) => (member.number === undefined ? [] : [member.number]));
  if (values.length === 0) return undefined;
  const finite = bands.flatMap((band) => [band.from, band.to]).filter(Number.isFinite);
  const low = Math.min(...finite, ...values);
  const high = Math.max(...finite, ...values);
  const x = (value: number) => round(((Math.min(Math.max(value, low), high) - low) / (high - low || 1)) * width);
  const interval = finding.uncertainty?.type === 'interval' ? finding.uncertainty : undefined;
  const title = `${finding.measure.display}: ${valueInWords(finding)}${finding.norm?.band ? `, band ${finding.norm.band}` : ''}; bands ${bands.map((band) => band.label).join(', ')}`;
  return html`<svg class="band-plot" viewBox="-6 0 ${width + 12} ${height}" role="img" aria-label="${title}"><title>${title}</title>${bands.map(
    (band, i) => {
      const from = x(band.from);
      const to = x(band.to);
      const isCurrent = band.label === finding.norm?.band;
      return html`<rect x="${from}" y="${top}" width="${Math.max(round(to - from), 0.5)}" height="${barHeight}" class="band band-${i % 2}${isCurrent ? ' band-current' : ''}"/>${
        to - from >= band.label.length * 4.6
          ? html`<text x="${round((from + to) / 2)}" y="${top + barHeight + 11}" class="band-label">${band.label}</text>`
          : isCurrent
            ? html`<text x="${round((from + to) / 2)}" y="${top + barHeight + 11}" class="band-label ${anchor((from + to) / 2)}">${band.label}</text>`
            : undefined
      }`;
    },
  )}${
    interval?.low !== undefined && interval.high !== undefined
      ? html`<line x1="${x(interval.low)}" x2="${x(interval.high)}" y1="${top + barHeight / 2}" y2="${top + barHeight / 2}" class="interval"/>`
      : undefined
  }${[...new Set(values)].map((value) => html`<circle cx="${x(value)}" cy="${top + barHeight / 2}" r="5" class="dot"/>`)}</svg>`;
}

function anchor(x: number): string {
  if (x < 40) return 'start';
  return x > width - 40 ? 'end' : 'middle';
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The same measure over time: dots joined by a line, first and last value named. */
export function trendPlot(display: string, course: readonly { time: string; value: number }[]): Markup | undefined {
  if (course.length < 2) return undefined;
  const days = course.map((point) => Date.parse(point.time.slice(0, 10)) / 86_400_000);
  const values = course.map((point) => point.value);
  const [firstDay, lastDay] = [Math.min(...days), Math.max(...days)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const points = course.map((point, i) => ({
    x: round(((days[i] - firstDay) / (lastDay - firstDay || 1)) * 100 + 10),
    y: round(28 - ((point.value - low) / (high - low || 1)) * 20),
  }));
  const label = `${display} over time: ${course.map((point) => `${point.time.slice(0, 10)} ${point.value}`).join(', ')}`;
  return html`<svg class="trend" viewBox="0 0 120 40" role="img" aria-label="${label}"><title>${label}</title><polyline points="${points
    .map(({ x, y }) => `${x},${y}`)
    .join(
      ' ',
    )}" class="trend-line"/>${points.map(({ x, y }, i) => html`<circle cx="${x}" cy="${y}" r="${i === points.length - 1 ? 3.5 : 2}" class="${i === points.length - 1 ? 'dot' : 'dot-earlier'}"/>`)}<text x="10" y="39" class="band-label start">${course[0].time.slice(0, 7)}</text><text x="110" y="39" class="band-label end">${course.at(-1)!.time.slice(0, 7)}</text></svg>`;
}
