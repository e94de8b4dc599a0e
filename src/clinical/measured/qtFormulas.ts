/** QT interval at a heart rate of 60. QT in ms, RR in s, rate in 1/min; results in ms. */

export const qtFormulas = {
  /** Bazett 1920, Heart 7:353. Too long at fast, too short at slow rates. */
  'qtc-bazett': { name: 'Bazett', of: (qt: number, rr: number) => qt / Math.sqrt(rr) },
  /** Fridericia 1920, Acta Med Scand 53:469. */
  'qtc-fridericia': { name: 'Fridericia', of: (qt: number, rr: number) => qt / Math.cbrt(rr) },
  /** Sagie 1992 (Framingham), Am J Cardiol 70:797. */
  'qtc-framingham': { name: 'Framingham', of: (qt: number, rr: number) => qt + 154 * (1 - rr) },
  /** Hodges 1983, J Am Coll Cardiol 1:694. */
  'qtc-hodges': { name: 'Hodges', of: (qt: number, rr: number) => qt + 1.75 * (60 / rr - 60) },
} as const;
export type QtFormula = keyof typeof qtFormulas;
