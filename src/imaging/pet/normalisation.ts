/**
 * Body sizes to which uptake is normalised. Weights in kg, heights in m, masses in kg.
 * James: Hume/James body-composition formula with the coefficient 120 of most software or 128 of DICOM's code 126407
 * (`LBMJAMES128`). Janmahasatian: Clin Pharmacokinet 2005;44:1051, recommended where PERCIST asks for lean mass.
 */
export type Normalisation = 'lbm-james-120' | 'lbm-james-128' | 'lbm-janmahasatian' | 'bsa' | 'ibw';

export type BinarySex = 'female' | 'male';

/** Lean body mass after James; `coefficient` is that of the man's quadratic term. Not valid in severe obesity: the parabola falls again. */
export function leanMassJamesKg(
  weightKg: number,
  heightM: number,
  sex: BinarySex,
  coefficient: 120 | 128 = 120,
): number {
  const ratio = weightKg / (100 * heightM);
  return sex === 'male' ? 1.1 * weightKg - coefficient * ratio * ratio : 1.07 * weightKg - 148 * ratio * ratio;
}

/** Lean body mass after Janmahasatian and co-workers. */
export function leanMassJanmahasatianKg(weightKg: number, heightM: number, sex: BinarySex): number {
  const bmi = weightKg / (heightM * heightM);
  return sex === 'male' ? (9270 * weightKg) / (6680 + 216 * bmi) : (9270 * weightKg) / (8780 + 244 * bmi);
}

/** Body surface area after Du Bois, cm2. */
export function bodySurfaceCm2(weightKg: number, heightM: number): number {
  return 71.84 * weightKg ** 0.425 * (100 * heightM) ** 0.725;
}

/** Ideal body weight in the form that SUV software uses (Sugawara, Radiology 1999;213:521). */
function idealWeightKg(heightM: number, sex: BinarySex): number {
  return sex === 'male' ? 48 + 1.06 * (100 * heightM - 152) : 45.5 + 0.91 * (100 * heightM - 152);
}

/**
 * What one multiplies SUVbw by to get the other uptake value: normalising mass / weight; for `bsa` the area in cm2 per
 * gram of weight. Undefined when the formula leaves its sense (a mass of zero or less, or more than the weight).
 */
export function perBodyWeight(
  normalisation: Normalisation,
  body: { weightKg: number; heightM: number; sex: BinarySex },
): number | undefined {
  const { weightKg, heightM, sex } = body;
  if (normalisation === 'bsa') return bodySurfaceCm2(weightKg, heightM) / (1000 * weightKg);
  const massKg = {
    'lbm-james-120': () => leanMassJamesKg(weightKg, heightM, sex, 120),
    'lbm-james-128': () => leanMassJamesKg(weightKg, heightM, sex, 128),
    'lbm-janmahasatian': () => leanMassJanmahasatianKg(weightKg, heightM, sex),
    ibw: () => idealWeightKg(heightM, sex),
  }[normalisation]();
  if (!(massKg > 0) || (normalisation !== 'ibw' && massKg > weightKg)) return undefined;
  return massKg / weightKg;
}
