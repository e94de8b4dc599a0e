import type { Uncertainty } from '../dossier/finding.ts';

export const repeatabilityFile = 'imaging/repeatability.json';

/** One row of `knowledge/imaging/repeatability.json`: what a measurement repeats to, and under which conditions. */
export interface RepeatabilityRow {
  measure: string;
  tracer?: string;
  organ?: string;
  site?: 'lesion' | 'tissue';
  /** Fainter lesions are not covered. */
  minimumSuvMax?: number;
  use?: 'default' | 'best case';
  /** SD of repeated measurements of one person over their mean. */
  withinSubjectCvPercent?: number;
  /** 95 % repeatability coefficient, per cent of the value, or in `unit`. */
  repeatabilityPercent?: number;
  repeatabilityAbsolute?: number;
  unit?: string;
  /** `proportional`: the error grows with the value, so that limits are unequal; `symmetric`: equal to both sides. */
  limits: 'proportional' | 'symmetric';
  condition: string;
  population: string;
  source: string;
}

/**
 * The repeat values that measurement error alone explains in 95 of 100: value x exp(-+1.96 sqrt(2) s), s the SD on the
 * log scale, because the error of an uptake value is proportional. A coefficient of variation of 10 % gives -24 % and
 * +32 %, 12 % gives -28 % and +39 %.
 */
export function realChangeLimits(withinSubjectCv: number): { fall: number; rise: number } {
  const reach = 1.96 * Math.SQRT2 * Math.sqrt(Math.log(1 + withinSubjectCv ** 2));
  return { fall: Math.exp(-reach) - 1, rise: Math.exp(reach) - 1 };
}

/** What a second measurement of this value must leave to be a change. */
export function smallestChange(row: RepeatabilityRow, value: number): Uncertainty {
  const [low, high, words] = limitsOf(row, value);
  const what = [row.tracer, row.organ, row.site].filter(Boolean).join(' ');
  return {
    ...{ type: 'smallest-real-change', value: high - value, low, high, level: 0.95 },
    source: `${row.source}, ${what}: ${words} (${row.condition}; ${row.population})`,
  };
}

function limitsOf(row: RepeatabilityRow, value: number): [low: number, high: number, words: string] {
  if (row.repeatabilityAbsolute !== undefined)
    return [value - row.repeatabilityAbsolute, value + row.repeatabilityAbsolute, `±${row.repeatabilityAbsolute}`];
  const cv = row.withinSubjectCvPercent;
  if (row.limits === 'proportional' && cv !== undefined) {
    const { fall, rise } = realChangeLimits(cv / 100);
    const words = `within-subject CV ${cv} %, ${Math.round(100 * fall)} % to +${Math.round(100 * rise)} %`;
    return [value * (1 + fall), value * (1 + rise), words];
  }
  const percent = row.repeatabilityPercent ?? 1.96 * Math.SQRT2 * (cv ?? Number.NaN);
  const by = (Math.abs(value) * percent) / 100;
  return [value - by, value + by, `±${Number(percent.toPrecision(3))} %`];
}

/** What may be said of two measurements of the same thing. */
export interface Judged {
  verdict: 'real' | 'not-distinguishable' | 'unknown';
  difference: number;
  /** Of the first value; undefined where that is zero. */
  percent: number | undefined;
  /** Limits of the second value within which measurement error explains the difference. */
  low?: number;
  high?: number;
}

/** Whether the second of two values is a real change from the first, by what is known of the first's repeatability. */
export function judgeChange(before: number, after: number, known: Uncertainty | undefined): Judged {
  const difference = after - before;
  const percent = before === 0 ? undefined : (100 * difference) / Math.abs(before);
  const base = { difference, percent };
  if (known?.type !== 'smallest-real-change') return { verdict: 'unknown', ...base };
  const low = known.low ?? before - (known.value ?? Number.NaN);
  const high = known.high ?? before + (known.value ?? Number.NaN);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { verdict: 'unknown', ...base };
  return { verdict: after < low || after > high ? 'real' : 'not-distinguishable', ...base, low, high };
}
