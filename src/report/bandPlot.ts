import type { Finding } from '../dossier/finding.ts';
import { numberForReader, numbersOf, quantityForReader, valueForReader } from '../dossier/words.ts';

const scaleWidth = 260;

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

/** A band plot as numbers and words: positions in units of `bandPlotSize`, bands numbered from 1 in their legend. */
export interface BandPlot {
  type: 'band';
  /** All that the picture shows, for those who cannot see it. */
  described: string;
  bands: { x: number; width: number; labelX: number; words: string; current: boolean }[];
  interval?: { from: number; to: number; words: string };
  /** One for each possible value. */
  dots: { x: number; words: string }[];
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
 * Whoever draws it: bands differ in grey, are numbered, and named with their limits in a line below, so that the plot
 * reads in black and white; no band is green. Undefined without bands or number: no picture may suggest a reference
 * that is not there.
 */
export function bandPlot(finding: Finding): BandPlot | undefined {
  const bands = drawnBands(finding);
  const values = [...new Set(numbersOf(finding))];
  if (bands.length === 0 || values.length === 0) return undefined;
  const low = Math.min(bands[0].drawFrom, ...values);
  const high = Math.max(...bands.map((band) => band.drawTo), ...values);
  const x = (value: number) => round(((Math.min(Math.max(value, low), high) - low) / (high - low || 1)) * scaleWidth);
  const { uncertainty } = finding;
  const unit = unitOf(finding);
  return {
    type: 'band',
    described: `${finding.measure.display}: ${valueForReader(finding)}${finding.norm?.band ? `, band ${finding.norm.band}` : ''}. Bands: ${bands.map(inWords).join('; ')}.`,
    bands: bands.map((band) => {
      const from = x(band.drawFrom);
      const width = Math.max(round(x(band.drawTo) - from), 0.5);
      return { x: from, width, labelX: round(from + width / 2), words: inWords(band), current: band.current };
    }),
    ...(uncertainty?.type === 'interval' && uncertainty.low !== undefined && uncertainty.high !== undefined
      ? {
          interval: {
            from: x(uncertainty.low),
            to: x(uncertainty.high),
            words: `${numberForReader(uncertainty.low, unit)} to ${quantityForReader(uncertainty.high, unit)}`,
          },
        }
      : {}),
    dots: values.map((value) => ({ x: x(value), words: quantityForReader(value, unit) })),
  };
}

function unitOf({ value }: Finding): string {
  if (value.type === 'quantity') return value.unit;
  const first = value.type === 'set' ? value.members[0].value : undefined;
  return first?.type === 'quantity' ? first.unit : '1';
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
