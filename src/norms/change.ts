import { studentQuantile, studentToNormal } from './distributions.ts';
import type { Reference } from './reference.ts';

export interface Change {
  measure: string;
  /** z at the later scan less z at the earlier one. */
  difference: number;
  /** How rare the difference is among people who did not change, as a normal deviate; where people scanned twice tell. */
  z?: number;
  /** Differences up to this are those of 95 % of people who did not change. */
  smallestReal?: number;
  sd?: number;
  n?: number;
}

/**
 * How far a person moved within the reference between two scans. Ageing is in the reference already, so a person who
 * stays on the same centile has the difference 0. What two measurements of an unchanged person differ by is known from the
 * n people of the reference who were scanned twice: sd^2 = mean of their squared differences of z (2 SEM^2, the measurement
 * error of both scans, and their own wandering). Since n is small the ratio is one of Student's with n degrees of freedom
 * (the expected difference is 0 and not estimated). Buckova 2025, eLife 13:RP95823, with the normal replaced by Student's.
 * Without such people the difference stands alone: nobody can say whether it is more than the noise of two measurements.
 */
export function changeOf(reference: Reference, measure: string, earlier: number, later: number): Change {
  const difference = later - earlier;
  const known = reference.retest?.[measure];
  if (!known) return { measure, difference };
  const { sd, n } = known;
  return {
    measure,
    difference,
    z: studentToNormal(difference / sd, n),
    smallestReal: sd * studentQuantile(0.975, n),
    sd,
    n,
  };
}
