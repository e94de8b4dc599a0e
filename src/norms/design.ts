/** What of a person a reference may use. Sex: 1 = male, 0 = female. */
export interface Person {
  ageYears: number;
  male: 0 | 1;
  /** Mean framewise displacement of the run in mm, for references of connectivity that have it as a covariate. */
  meanFdMm?: number;
}

/** Covariate of a reference whose design has a column of mean framewise displacement. */
export const motionCovariate = 'mean_FD';

/** Knots of the cubic spline of age in years: 5 uniform ones, both ends among them, repeated three times more. */
const span = [-5, 110] as const;
const uniform = 5;
const degree = 3;
export const splineColumns = uniform + degree - 1;
const knots: readonly number[] = [
  ...Array.from({ length: degree }, () => span[0]),
  ...Array.from({ length: uniform }, (_, k) => span[0] + ((span[1] - span[0]) * k) / (uniform - 1)),
  ...Array.from({ length: degree }, () => span[1]),
];

/** Cubic B-spline basis of age (de Boor's recursion): 7 columns that sum to 1 between -5 and 110 years. */
export function splineBasis(ageYears: number): Float64Array {
  let basis = Float64Array.from({ length: knots.length - 1 }, (_, k) => {
    const inside = ageYears >= knots[k]! && ageYears < knots[k + 1]!;
    // The last span that has a width holds its own end.
    return inside || (ageYears === span[1] && knots[k]! < span[1] && knots[k + 1] === span[1]) ? 1 : 0;
  });
  for (let d = 1; d <= degree; d++) {
    basis = Float64Array.from({ length: basis.length - 1 }, (_, k) => {
      const left = knots[k + d]! - knots[k]!;
      const right = knots[k + d + 1]! - knots[k + 1]!;
      return (
        (left > 0 ? ((ageYears - knots[k]!) / left) * basis[k]! : 0) +
        (right > 0 ? ((knots[k + d + 1]! - ageYears) / right) * basis[k + 1]! : 0)
      );
    });
  }
  return basis;
}

/**
 * Design row [1, age, sex, mean motion where `motion`, one column a site, 7 columns of the spline] (Rutherford 2022, 2023).
 * `site` -1: of no known site. Length 3 + motion + sites + 7.
 */
export function designRow(
  { ageYears, male, meanFdMm = 0 }: Person,
  sites: number,
  site: number,
  motion = false,
): Float64Array {
  const own = motion ? 4 : 3;
  const row = new Float64Array(own + sites + splineColumns);
  row[0] = 1;
  row[1] = ageYears;
  row[2] = male;
  if (motion) row[3] = meanFdMm;
  if (site >= 0) row[own + site] = 1;
  row.set(splineBasis(ageYears), own + sites);
  return row;
}
