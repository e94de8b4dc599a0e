import { IdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { logGamma } from '../../kinetics/fTail.ts';
import { type InputFunction, inputFunction } from '../../kinetics/input.ts';

export const populationInputs = ['parker', 'georgiou', 'mcgrath'] as const;
export type PopulationInput = (typeof populationInputs)[number];

/**
 * Mean of 113 arterial curves in 23 people with cancer, 0.1 mmol/kg at 3 mL/s; mmol/L in whole blood. `timeS` from arrival.
 * Parker et al. 2006, Magn Reson Med 56:993, table 1 (its constants are in minutes).
 */
export function parker(timeS: number): number {
  const t = timeS / 60;
  const bell = (area: number, centre: number, width: number): number =>
    (area / (width * Math.sqrt(2 * Math.PI))) * Math.exp(-((t - centre) ** 2) / (2 * width ** 2));
  const washout = (1.05 * Math.exp(-0.1685 * t)) / (1 + Math.exp(-38.078 * (t - 0.483)));
  return bell(0.809, 0.17046, 0.0563) + bell(0.33, 0.365, 0.132) + washout;
}

/** A tabulated input: what `knowledge/imaging/aif-georgiou.json` holds. */
export interface TabulatedInput {
  /** Distance of the samples, in seconds. */
  stepS: number;
  /** mmol/L in whole blood, from arrival. */
  values: readonly number[];
}

/**
 * Georgiou et al. 2019, Magn Reson Med 81:1955 (72 kg, haematocrit 0.35, 0.1 mmol/kg); mmol/L in whole blood. Within the
 * table it is interpolated; beyond its end the authors' functional form continues it: three exponentials times recirculating
 * gamma variates. `timeS` from arrival.
 */
export function georgiou(timeS: number, { stepS, values }: TabulatedInput): number {
  if (timeS < 0) return 0;
  const at = timeS / stepS;
  const index = Math.floor(at);
  if (index < values.length - 1) return values[index]! + (at - index) * (values[index + 1]! - values[index]!);
  if (at === values.length - 1) return values.at(-1)!;
  return georgiouForm(timeS / 60);
}

function georgiouForm(t: number): number {
  const [alpha, beta, tau] = [5.26, 0.032, 0.129];
  const decay = 0.37 * Math.exp(-0.11 * t) + 0.33 * Math.exp(-1.17 * t) + 10.06 * Math.exp(-16.02 * t);
  let passes = 0;
  for (let pass = 0; pass * tau <= t; pass++) {
    const shape = (pass + 1) * alpha + pass;
    const since = t - pass * tau;
    // The gamma variate by logarithms: its factors overflow after some twenty passes.
    if (since > 0)
      passes += Math.exp(shape * Math.log(since) - since / beta - (shape + 1) * Math.log(beta) - logGamma(shape + 1));
  }
  return decay * passes;
}

/**
 * Rats, 0.1 mmol/kg: a straight rise in 7 s, then two exponentials; mmol/L in blood. `timeS` from arrival.
 * McGrath et al. 2009, Magn Reson Med 61:1173, model B. Not for people.
 */
export function mcgrath(timeS: number): number {
  const [first, second, riseS] = [3.4, 1.81, 7];
  if (timeS < 0) return 0;
  if (timeS <= riseS) return (first + second) * (timeS / riseS);
  return first * Math.exp(-0.045 * (timeS - riseS)) + second * Math.exp(-0.0015 * (timeS - riseS));
}

/**
 * A population input in whole blood, arriving at `arrivalS`, scaled by dose (mmol/kg; the published curves are for 0.1). It
 * is sampled every half second or finer, so that its first pass is not cut by slow imaging. `table` for `georgiou`.
 */
export function populationInput(
  id: PopulationInput,
  timesS: Float64Array,
  arrivalS: number,
  options: { doseMmolPerKg?: number; table?: TabulatedInput } = {},
): InputFunction {
  const { doseMmolPerKg = 0.1, table } = options;
  if (!(doseMmolPerKg > 0 && doseMmolPerKg < 1))
    throw new IdiographError('usage', `a dose of ${doseMmolPerKg} mmol/kg is not possible`, {
      remedy: 'Give mmol per kg, such as 0.1.',
    });
  if (id === 'georgiou' && !table) throw new IdiographError('usage', 'the Georgiou input needs its table');
  const of = id === 'parker' ? parker : id === 'mcgrath' ? mcgrath : (timeS: number) => georgiou(timeS, table!);
  const begin = Math.min(timesS[0]!, arrivalS);
  const stepS = 0.5;
  const count = Math.ceil((timesS.at(-1)! - begin) / stepS) + 1;
  const times = Float64Array.from({ length: count }, (_, at) => begin + at * stepS);
  // Parker's sum of Gaussians does not begin at 0: before the arrival there is nothing.
  return inputFunction(
    times,
    times.map((time) => (time < arrivalS ? 0 : (of(time - arrivalS) * doseMmolPerKg) / 0.1)),
  );
}

/** Noise before the arrival goes below zero; more than this share of the peak is no noise. */
const deepestShare = 0.1;

/**
 * Why an arterial input cannot be one of contrast agent: nowhere above zero, or well below it somewhere. Undefined when it can.
 * A model would take the one for no delivery and the other for delivery that is taken back.
 */
export function inputTrouble({ timesS, values }: InputFunction): Issue | undefined {
  const highest = values.reduce((most, one) => Math.max(most, one), Number.NEGATIVE_INFINITY);
  const remedy = 'Check sign, unit and column of the input, or use a population input.';
  if (!(highest > 0))
    return issue('error', 'aif-not-positive', 'The arterial input has no concentration above zero.', { remedy });
  const lowest = values.indexOf(values.reduce((least, one) => Math.min(least, one), 0));
  if (lowest < 0 || values[lowest]! >= -deepestShare * highest) return undefined;
  return issue(
    'error',
    'aif-negative',
    `The arterial input falls to ${values[lowest]!.toPrecision(3)} at ${timesS[lowest]!.toPrecision(4)} s, with a peak of ${highest.toPrecision(3)}: concentrations are not negative.`,
    { remedy },
  );
}
