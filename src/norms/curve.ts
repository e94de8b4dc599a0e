import type { NormReference } from '../dossier/norm.ts';
import type { Adaptation } from './adapt.ts';
import type { Person } from './design.ts';
import { normalQuantile } from './distributions.ts';
import { predict } from './model.ts';
import { type Reference, rowIn } from './reference.ts';
import { valueAt } from './score.ts';

export const shownCentiles = [0.05, 0.25, 0.5, 0.75, 0.95] as const;
const ages = 24;

/** Values of a measure at the shown centiles for one person. Undefined where the reference does not reach. */
export function centileValues(
  reference: Reference,
  measure: string,
  person: Person,
  learnt?: Adaptation,
): number[] | undefined {
  const site = reference.sites.length === 1 && !learnt ? 0 : -1;
  const prediction = predict(reference.models[measure]!, person, rowIn(reference, person, site));
  const values = prediction && shownCentiles.map((p) => valueAt(prediction, normalQuantile(p), learnt));
  return values?.every(Number.isFinite) ? values : undefined;
}

/** Centiles over the ages of the reference around a person (20 years to either side), for people of the same sex. */
export function centileCurve(
  reference: Reference,
  measure: string,
  person: Person,
  learnt?: Adaptation,
): NormReference['curve'] {
  const [from, to] = [
    Math.max(reference.ageSpanYears[0], person.ageYears - 20),
    Math.min(reference.ageSpanYears[1], person.ageYears + 20),
  ];
  const points = Array.from({ length: ages }, (_, k) => from + ((to - from) * k) / (ages - 1)).flatMap((ageYears) => {
    const values = centileValues(reference, measure, { ...person, ageYears }, learnt);
    return values ? [{ ageYears, values }] : [];
  });
  if (points.length < 2) return undefined;
  return {
    ageYears: points.map(({ ageYears }) => round(ageYears)),
    centiles: shownCentiles.map((p, k) => ({ p, values: points.map(({ values }) => round(values[k]!)) })),
    atYears: round(person.ageYears),
  };
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
