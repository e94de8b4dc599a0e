import type { Uncertainty } from '../../dossier/finding.ts';
import { type RepeatabilityRow, smallestChange } from '../repeatability.ts';

/**
 * Smallest real change of an uptake value where a published repeatability covers it; undefined where none does (another
 * tracer, a faint lesion, another measure). Lean body mass scales both visits alike: SUL takes the row of its SUV.
 */
export function uptakeChange(
  measure: string,
  value: number,
  of: { suvMax: number; tracer: string | undefined; site: 'lesion' | 'tissue' },
  table: readonly RepeatabilityRow[],
): Uncertainty | undefined {
  const row = table.find(
    (one) =>
      one.measure === measure.replace(/^sul-/, 'suv-') &&
      one.use === 'default' &&
      one.site === of.site &&
      isTracer(of.tracer, one.tracer) &&
      of.suvMax >= (one.minimumSuvMax ?? 0) &&
      // An absolute figure in SUVbw says nothing about SUL.
      (one.repeatabilityAbsolute === undefined || measure.startsWith('suv-')),
  );
  return row && smallestChange(row, value);
}

/** Binding potential of a tracer in a structure that a label names. */
export function bindingChange(
  measure: string,
  value: number,
  of: { tracer: string | undefined; label: string },
  table: readonly RepeatabilityRow[],
): Uncertainty | undefined {
  const label = of.label.toLowerCase().replace(/[_-]+/g, ' ');
  const row = table.find(
    (one) =>
      one.measure === measure &&
      one.organ !== undefined &&
      label.includes(one.organ) &&
      one.tracer !== undefined &&
      isTracer(of.tracer, one.tracer),
  );
  return row && smallestChange(row, value);
}

const tracers: Readonly<Record<string, RegExp>> = {
  FDG: /fdg|fluoro-?deoxy-?glucose/i,
  raclopride: /raclopride/i,
};

function isTracer(name: string | undefined, tracer: string | undefined): boolean {
  return name !== undefined && tracer !== undefined && tracers[tracer]?.test(name) === true;
}
