import type { Uncertainty } from '../../dossier/finding.ts';

/** One row of `knowledge/imaging/repeatability.json`. */
export interface Repeatability {
  measure: string;
  tracer: string;
  site: string;
  condition: string;
  minimumSuvMax: number;
  /** SD of repeated measurements of one lesion / their mean. */
  withinSubjectCv: number;
  use: string;
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

/**
 * Smallest real change of a lesion's SUVmax where a published repeatability covers it; undefined where none does (another
 * tracer, a faint lesion). `value` is the larger of the two limits, `low`..`high` are the unequal limits themselves.
 */
export function smallestRealChange(
  suvMax: number,
  value: number,
  tracer: string | undefined,
  table: readonly Repeatability[],
): Uncertainty | undefined {
  const row = table.find(
    ({ measure, use, tracer: of, minimumSuvMax }) =>
      measure === 'suv-max' && use === 'default' && isTracer(tracer, of) && suvMax >= minimumSuvMax,
  );
  if (!row) return undefined;
  const { fall, rise } = realChangeLimits(row.withinSubjectCv);
  return {
    type: 'smallest-real-change',
    value: value * rise,
    low: value * (1 + fall),
    high: value * (1 + rise),
    level: 0.95,
    source: `${row.tracer} lesion SUVmax, within-subject CV ${Math.round(100 * row.withinSubjectCv)} %: ${Math.round(100 * fall)} % to +${Math.round(100 * rise)} % (QIBA FDG-PET/CT profile; ${row.condition})`,
  };
}

function isTracer(name: string | undefined, tracer: string): boolean {
  return tracer === 'FDG' && name !== undefined && /fdg|fluoro-?deoxy-?glucose/i.test(name);
}
