import { leastSquares, type Model } from '../../../kinetics/leastSquares.ts';
import type { Fraction, Seconds } from '../../../kinetics/units.ts';

/** How blood was labelled. */
export type Labelling =
  | { type: 'pcasl'; durationS: Seconds }
  /** `bolusS`: TI1, the bolus that QUIPSS II cuts. */
  | { type: 'pasl'; bolusS: Seconds };

export interface AslConstants {
  /** Longitudinal relaxation of blood. */
  t1BloodS: Seconds;
  t1TissueS: Seconds;
  /** Blood-brain partition coefficient, mL/g. */
  partitionMlPerG: number;
  /** Inverted share of the arterial blood, losses by background suppression included. */
  efficiency: Fraction;
}

/** T1 of arterial blood: 1.65 s at 3 T, 1.35 s at 1.5 T (Alsop et al. 2015); undefined for other fields. */
export function bloodT1(fieldT: number): Seconds | undefined {
  if (Math.abs(fieldT - 3) < 0.2) return 1.65 as Seconds;
  return Math.abs(fieldT - 1.5) < 0.1 ? (1.35 as Seconds) : undefined;
}

/**
 * Labelling efficiency: 0.85 (PCASL) or 0.98 (PASL), less what inversion pulses for background suppression cost. `perPulse` is
 * a setting of the site: 0.95 for each pulse is common (Garcia 2005 measured 0.93 to 0.95).
 */
export function labellingEfficiency(type: Labelling['type'], suppressionPulses: number, perPulse = 0.95): Fraction {
  return ((type === 'pcasl' ? 0.85 : 0.98) * perPulse ** suppressionPulses) as Fraction;
}

/** The delay of a slice of a 2D readout: slices are excited one after another. Take `sliceIndex` 0 for 3D readouts. */
export function sliceDelay(delayS: Seconds, sliceIndex: number, sliceTimeS: Seconds): Seconds {
  return (delayS + sliceIndex * sliceTimeS) as Seconds;
}

/**
 * CBF in mL/100 g/min by the consensus formula (Alsop et al. 2015, Magn Reson Med 73:102, eq. 1 and 4). `delayS`: from the end
 * of labelling (PCASL) or from the inversion (PASL, TI) to the readout of the slice. `difference` and `m0` in one unit.
 */
export function singleDelayCbf(
  difference: number,
  m0: number,
  labelling: Labelling,
  delayS: Seconds,
  { t1BloodS, partitionMlPerG, efficiency }: AslConstants,
): number {
  if (!(m0 > 0) || !Number.isFinite(difference)) return Number.NaN;
  const decay = Math.exp(delayS / t1BloodS);
  const bolus =
    labelling.type === 'pcasl' ? t1BloodS * (1 - Math.exp(-labelling.durationS / t1BloodS)) : labelling.bolusS;
  return (6000 * partitionMlPerG * difference * decay) / (2 * efficiency * bolus * m0);
}

/**
 * Difference signal of one voxel after Buxton et al. 1998 (Magn Reson Med 40:383) for `cbf` in mL/100 g/min and arrival
 * `attS`. `timeS`: from the begin of labelling to the readout.
 */
export function buxton(
  timeS: number,
  cbf: number,
  attS: number,
  m0: number,
  labelling: Labelling,
  { t1BloodS, t1TissueS, partitionMlPerG, efficiency }: AslConstants,
): number {
  const flow = cbf / 6000;
  const since = timeS - attS;
  if (since <= 0) return 0;
  const scale = (2 * efficiency * m0 * flow) / partitionMlPerG;
  const perApparent = 1 / t1TissueS + flow / partitionMlPerG;
  if (labelling.type === 'pcasl') {
    const duration = labelling.durationS;
    const arrived = (scale / perApparent) * Math.exp(-attS / t1BloodS);
    if (since < duration) return arrived * (1 - Math.exp(-since * perApparent));
    return arrived * Math.exp(-(since - duration) * perApparent) * (1 - Math.exp(-duration * perApparent));
  }
  // Label decays with blood until it arrives, with tissue after: k is the difference of the two rates.
  const k = 1 / t1BloodS - perApparent;
  const bolus = Math.min(since, labelling.bolusS);
  const spread = Math.abs(k * bolus) < 1e-6 ? bolus : (1 - Math.exp(-k * bolus)) / k;
  return scale * Math.exp(-attS / t1BloodS) * spread * Math.exp(-since * perApparent);
}

/** Overwritten by the next fit. */
export interface AslFit {
  /** mL/100 g/min. */
  cbf: number;
  /** Arterial transit time, s. */
  att: number;
  cbfStandardError: number;
  attStandardError: number;
  rss: number;
  /** Converged away from the bounds of transit time. */
  ok: boolean;
}

/**
 * CBF and arrival from several delays, by the model of {@link buxton}. `timesS`: from the begin of labelling to each readout. The
 * search begins at the best of a grid of arrivals, each with the flow that fits it: the model has kinks where label arrives
 * and ends, and a local search alone stops at them.
 */
export function multiDelayFitter(
  timesS: ArrayLike<number>,
  labelling: Labelling,
  constants: AslConstants,
  attHighS = 3.5,
): (differences: ArrayLike<number>, m0: number) => AslFit {
  const points = timesS.length;
  const signal = new Float64Array(points);
  const model: Model = {
    points,
    low: Float64Array.of(-50, 0),
    high: Float64Array.of(500, attHighS),
    // For M0 = 1: differences are divided by it.
    evaluate([cbf, att], values, [byCbf, byAtt]) {
      for (let at = 0; at < points; at++) {
        const of = (flow: number, arrival: number): number =>
          buxton(timesS[at]!, flow, arrival, 1, labelling, constants);
        values[at] = of(cbf!, att!);
        byCbf![at] = (of(cbf! + 1e-3, att!) - of(cbf! - 1e-3, att!)) / 2e-3;
        byAtt![at] = (of(cbf!, att! + 1e-5) - of(cbf!, att! - 1e-5)) / 2e-5;
      }
    },
  };
  const fitter = leastSquares(model);
  const arrivals = Array.from({ length: Math.round(attHighS / 0.1) }, (_, at) => 0.1 * (at + 0.5));
  const unit = arrivals.map((arrival) =>
    Float64Array.from({ length: points }, (_, at) => buxton(timesS[at]!, 50, arrival, 1, labelling, constants) / 50),
  );
  const start = new Float64Array(2);
  const result: AslFit = { cbf: 0, att: 0, cbfStandardError: 0, attStandardError: 0, rss: 0, ok: false };
  return (differences, m0) => {
    for (let at = 0; at < points; at++) signal[at] = differences[at]! / m0;
    let best = Number.NEGATIVE_INFINITY;
    for (const [place, of] of unit.entries()) {
      let [su, uu] = [0, 0];
      for (let at = 0; at < points; at++) {
        su += signal[at]! * of[at]!;
        uu += of[at]! ** 2;
      }
      if (!(uu > 0) || (su * su) / uu <= best) continue;
      best = (su * su) / uu;
      start[0] = su / uu;
      start[1] = arrivals[place]!;
    }
    const fit = fitter(signal, start);
    const valid = m0 > 0 && Number.isFinite(fit.rss);
    result.cbf = valid ? fit.parameters[0]! : Number.NaN;
    result.att = valid ? fit.parameters[1]! : Number.NaN;
    result.cbfStandardError = points > 2 && valid ? Math.sqrt(fit.covariance[0]!) : Number.NaN;
    result.attStandardError = points > 2 && valid ? Math.sqrt(fit.covariance[3]!) : Number.NaN;
    result.rss = fit.rss * m0 * m0;
    result.ok = valid && fit.converged && !fit.atBound.includes(1);
    return result;
  };
}
