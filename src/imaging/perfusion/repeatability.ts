import type { Uncertainty } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';

export const repeatabilityFile = 'imaging/repeatability.json';

/** `knowledge/imaging/repeatability.json`. */
export interface PerfusionRepeatability {
  values: {
    measure: string;
    organ?: string;
    delays?: 'one' | 'several';
    /** 95 % repeatability coefficient, per cent of the value. */
    repeatabilityPercent?: number;
    /** SD of repeated measurements of one person over their mean. */
    withinSubjectCvPercent?: number;
    condition: string;
    source: string;
  }[];
}

const organWords: Readonly<Record<string, RegExp>> = {
  prostate: /prostat/i,
  brain: /brain|head|cerebr|neuro|cortex|grey|gray/i,
};

/**
 * What a second measurement must differ by to be a change: 2.77 times the within-subject SD, from a published test-retest
 * study of this measure, organ and kind of scan; otherwise the issue that none is known.
 */
export function realChange(
  of: { measure: string; value: number; texts: readonly (string | undefined)[]; delays?: 'one' | 'several' },
  { values }: PerfusionRepeatability,
): { uncertainty: Uncertainty } | { unknown: Issue } {
  const row = values.find(
    ({ measure, organ, delays }) =>
      measure === of.measure &&
      organ !== undefined &&
      (delays === undefined || delays === of.delays) &&
      of.texts.some((text) => text !== undefined && organWords[organ]?.test(text)),
  );
  if (row === undefined)
    return {
      unknown: issue(
        'info',
        'repeatability-unknown',
        'No repeatability is known for this measure in this organ: a change cannot be told from noise.',
      ),
    };
  const percent = row.repeatabilityPercent ?? 1.96 * Math.SQRT2 * row.withinSubjectCvPercent!;
  return {
    uncertainty: {
      type: 'smallest-real-change',
      value: (Math.abs(of.value) * percent) / 100,
      level: 0.95,
      source: `${row.source}, ${row.organ}: ${Number(percent.toPrecision(3))} % (${row.condition})`,
    },
  };
}
