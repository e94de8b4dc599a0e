import type { Finding } from '../dossier/finding.ts';
import { numberForReader, numbersOf, valueForReader } from '../dossier/words.ts';
import { html, type Markup } from './html/markup.ts';

export const plotWidth = 260;
const top = 7;
const barHeight = 12;
const labelY = top + barHeight + 11;

export interface DrawnBand {
  /** As the reference states it. */
  from: number;
  to: number;
  /** As it is drawn: bands of whole numbers meet halfway, so that no gap suggests an unnamed region. */
  drawFrom: number;
  drawTo: number;
  label: string;
  current: boolean;
}

/** The bands of a finding's own reference, sorted, meeting each other, open ends cut at the values. */
export function drawnBands(finding: Finding): DrawnBand[] {
  const bands = [...(finding.norm?.bands ?? [])].sort((a, b) => a.from - b.from);
  const finite = [...bands.flatMap((band) => [band.from, band.to]), ...numbersOf(finding)].filter(Number.isFinite);
  if (bands.length === 0 || finite.length === 0) return [];
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const middle = (left: number, right: number) => (right - left === 1 ? (left + right) / 2 : undefined);
  return bands.map((band, i) => {
    const before = bands[i - 1];
    const after = bands[i + 1];
    return {
      from: band.from,
      to: band.to,
      drawFrom: Math.max(before ? (middle(before.to, band.from) ?? band.from) : band.from, low),
      drawTo: Math.min(after ? (middle(band.to, after.from) ?? band.to) : band.to, high),
      label: band.label,
      current: band.label === finding.norm?.band,
    };
  });
}

/**
 * The bands of a finding's own reference with the patient's dot (one dot for each member of a set) and interval.
 * Bands differ in grey, are numbered, and named with their limits in a line below, so that the plot reads in black and
 * white; no band is green. Undefined without bands or number: no picture may suggest a reference that is not there.
 */
export function bandPlot(finding: Finding): Markup | undefined {
  const bands = drawnBands(finding);
  const values = [...new Set(numbersOf(finding))];
  if (bands.length === 0 || values.length === 0) return undefined;
  const low = Math.min(bands[0].drawFrom, ...values);
  const high = Math.max(...bands.map((band) => band.drawTo), ...values);
  const x = (value: number) => round(((Math.min(Math.max(value, low), high) - low) / (high - low || 1)) * plotWidth);
  const interval = finding.uncertainty?.type === 'interval' ? finding.uncertainty : undefined;
  const title = `${finding.measure.display}: ${valueForReader(finding)}${finding.norm?.band ? `, band ${finding.norm.band}` : ''}. Bands: ${bands.map(inWords).join('; ')}.`;
  const y = top + barHeight / 2;
  return html`<svg class="band-plot" viewBox="-7 0 ${plotWidth + 14} ${labelY + 3}" role="img" aria-label="${title}">${bands.map(
    (band, i) => {
      const from = x(band.drawFrom);
      const width = Math.max(round(x(band.drawTo) - from), 0.5);
      return html`<rect x="${from}" y="${top}" width="${width}" height="${barHeight}" class="band band-${i % 2}${band.current ? ' band-current' : ''}"/><text x="${round(from + width / 2)}" y="${labelY}" class="band-label${band.current ? ' here' : ''}">${i + 1}</text>`;
    },
  )}${
    interval?.low !== undefined && interval.high !== undefined
      ? html`<line x1="${x(interval.low)}" x2="${x(interval.high)}" y1="${y}" y2="${y}" class="interval"/>`
      : undefined
  }${values.map((value) => html`<circle cx="${x(value)}" cy="${y}" r="5" class="dot"/>`)}</svg><p class="legend">${bands.map(
    (band, i) =>
      html`${i > 0 ? ' · ' : ''}${band.current ? html`<strong>${i + 1} ${inWords(band)}</strong>` : `${i + 1} ${inWords(band)}`}`,
  )}</p>`;
}

/** `mild (5-9)`; a label that states its limit already (`above 30`) stands alone, and so does a band of one number. */
function inWords(band: DrawnBand): string {
  if (/\d/.test(band.label)) return band.label;
  if (band.from === band.to) return `${band.label} (${numberForReader(band.from)})`;
  const limit = (value: number) => numberForReader(Math.round(value * 100) / 100);
  return `${band.label} (${limit(band.from)} to ${limit(band.to)})`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
