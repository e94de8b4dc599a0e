import type { Reference } from './reference.ts';

export interface Change {
  measure: string;
  /** z at the later scan less z at the earlier one. */
  difference: number;
  /** The difference over its own SD, where people scanned twice give that SD. */
  z?: number;
  sd?: number;
  n?: number;
}

/**
 * How far a person moved within the reference between two scans. Ageing is in the reference already, so a person who
 * stays on the same centile has the difference 0. Without people scanned twice the difference stands alone: nobody can say
 * whether it is more than the noise of two measurements.
 */
export function changeOf(reference: Reference, measure: string, earlier: number, later: number): Change {
  const difference = later - earlier;
  const known = reference.retest?.[measure];
  return { measure, difference, ...(known && { z: difference / known.sd, sd: known.sd, n: known.n }) };
}
