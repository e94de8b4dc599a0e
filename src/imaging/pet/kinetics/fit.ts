import { type Compartmental, type Convolution, compartmentFitter } from './compartments.ts';
import { type BloodInput, fromInjection, type TissueCurve, wrong } from './curves.ts';
import { type Graphical, graphicalFit } from './graphical.ts';
import type { TStar } from './lateFit.ts';
import { type KineticFit, type KineticModelId, kineticModels } from './models.ts';
import { linearReferenceFit, referenceOf, srtmFitter } from './reference.ts';
import { sampling } from './sampling.ts';

/** What drives the tissue. */
export type Drive = { input: BloodInput } | { reference: TissueCurve };

export interface KineticOptions {
  /** Of plots and multilinear models. Default: found in the data; MRTM1 and MRTM2: all frames. */
  tStar?: TStar;
  /** One a frame, proportional to 1 / variance. Default: uniform. */
  weights?: ArrayLike<number>;
  /** What the weights are, in words. */
  weightsSay?: string;
  /** Per minute: for the reference plot, MRTM2, SRTM2. */
  k2PrimePerMin?: number;
  /** The input arrives so much later than sampled. `fitted` (within a minute) for compartment models only. Default 0. */
  delay?: number | 'fitted';
  /** Share of blood, 0..1. Compartment models fit it by default, plots take out what is stated here, by default nothing. */
  bloodShare?: number;
  /** Default exact. */
  convolution?: Convolution;
}

/** Delays that a fit may find, in seconds. */
const delayRange = { lowS: -30, highS: 60 };

/**
 * Fits many curves of one scan with one model: what the input alone decides is made once. Undefined for a curve that
 * does not determine the model. Throws `usage` when the model lacks what it needs.
 */
export function kineticFitter(
  id: KineticModelId,
  timesS: Float64Array,
  drive: Drive,
  options: KineticOptions = {},
): (values: ArrayLike<number>) => KineticFit | undefined {
  const model = kineticModels[id];
  const blank = fromInjection({ timesS, values: new Float64Array(timesS.length) }, options.weights);
  const times = blank.curve.timesS;
  const { weights } = blank;
  const weightsSay = options.weightsSay ?? (options.weights === undefined ? 'uniform' : 'as given');
  const whole = (values: ArrayLike<number>): Float64Array =>
    times.length > values.length ? Float64Array.from([0, ...Array.from(values)]) : Float64Array.from(values);
  if (model.drive === 'reference') {
    if (!('reference' in drive)) throw wrong(`${model.title} needs a reference tissue`, 'Name its curve.');
    if ((id === 'ref-logan' || id === 'mrtm2' || id === 'srtm2') && !(options.k2PrimePerMin! > 0))
      throw wrong(`${model.title} needs k2' of the reference tissue`, "State k2' per minute.");
    const own = drive.reference;
    if (own.timesS.length !== timesS.length || own.timesS.some((time, at) => time !== timesS[at]))
      throw wrong('reference and tissue have different frames');
    const reference = referenceOf(times, fromInjection(own).curve.values);
    const settings = {
      ...{ weights, weightsSay, tStar: options.tStar, convolution: options.convolution ?? ('exact' as const) },
      k2PrimePerS: options.k2PrimePerMin === undefined ? undefined : options.k2PrimePerMin / 60,
    };
    if (id === 'srtm' || id === 'srtm2') {
      const fitter = srtmFitter(id, reference, settings);
      return (values) => fitter(whole(values));
    }
    return (values) => linearReferenceFit(id as 'mrtm1', reference, whole(values), settings);
  }
  if (!('input' in drive)) throw wrong(`${model.title} needs an arterial input`, 'Give a table of blood samples.');
  if (model.linear) {
    if (options.delay === 'fitted')
      throw wrong(`${model.title} cannot fit the delay`, 'Fit it with 1tcm or 2tcm, and state it here.');
    const of = sampling(drive.input, times, options.delay ?? 0);
    const settings = {
      ...{ weights, weightsSay },
      tStar: options.tStar ?? ('found' as const),
      bloodShare: options.bloodShare ?? 0,
    };
    return (values) => graphicalFit(id as Graphical, of, whole(values), settings);
  }
  const fitter = compartmentFitter(id as Compartmental, drive.input, times, {
    ...{ weights, weightsSay },
    delay: options.delay === 'fitted' ? delayRange : (options.delay ?? 0),
    bloodShare: options.bloodShare ?? 'fitted',
    convolution: options.convolution ?? 'exact',
  });
  return (values) => fitter(whole(values));
}
