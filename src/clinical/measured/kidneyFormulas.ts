/** Estimates of kidney function by name. Creatinine in mg/dL (IDMS-traceable), cystatin C in mg/L, age in years. */

export type Sex = 'female' | 'male';

/** mL/min/1.73 m2, adults. Inker 2021, N Engl J Med 385:1737, doi 10.1056/NEJMoa2102953. */
export function ckdEpi2021(creatinine: number, age: number, sex: Sex): number {
  const [kappa, alpha, factor] = sex === 'female' ? [0.7, -0.241, 1.012] : [0.9, -0.302, 1];
  const ratio = creatinine / kappa;
  return 142 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** age * factor;
}

/** mL/min/1.73 m2, adults. Inker 2012, N Engl J Med 367:20, doi 10.1056/NEJMoa1114248. */
export function ckdEpi2012Cystatin(cystatin: number, age: number, sex: Sex): number {
  const ratio = cystatin / 0.8;
  return (
    133 * Math.min(ratio, 1) ** -0.499 * Math.max(ratio, 1) ** -1.328 * 0.996 ** age * (sex === 'female' ? 0.932 : 1)
  );
}

/** mL/min/1.73 m2, adults, from both markers. Inker 2021. */
export function ckdEpi2021Both(creatinine: number, cystatin: number, age: number, sex: Sex): number {
  const [kappa, alpha, factor] = sex === 'female' ? [0.7, -0.219, 0.963] : [0.9, -0.144, 1];
  const [scr, scys] = [creatinine / kappa, cystatin / 0.8];
  return (
    135 *
    Math.min(scr, 1) ** alpha *
    Math.max(scr, 1) ** -0.544 *
    Math.min(scys, 1) ** -0.323 *
    Math.max(scys, 1) ** -0.778 *
    0.9961 ** age *
    factor
  );
}

/** mL/min, not per body surface; `weight` in kg, the one that is named with the result. Cockcroft 1976, Nephron 16:31. */
export function cockcroftGault(creatinine: number, age: number, sex: Sex, weight: number): number {
  return (((140 - age) * weight) / (72 * creatinine)) * (sex === 'female' ? 0.85 : 1);
}

/** mL/min/1.73 m2, 1 to under 18 years; `height` in cm. Schwartz 2009, J Am Soc Nephrol 20:629. */
export function bedsideSchwartz(creatinine: number, height: number): number {
  return (0.413 * height) / creatinine;
}

/** kg; adults of at least 152.4 cm. Devine 1974. */
export function idealWeight(height: number, sex: Sex): number {
  return (sex === 'female' ? 45.5 : 50) + 2.3 * (height / 2.54 - 60);
}
