import { z } from 'zod';
import { designRow, type Person, splineColumns } from './design.ts';
import { normalCdf, normalQuantile } from './distributions.ts';
import { logWarpSlope, unwarp, type Warp, warp } from './warp.ts';

const Finite = z.number();

/**
 * Warped Bayesian linear regression. hyp = [log(b^2 x noise precision), eps, log b, log weight precision], as the published
 * models have it; `scale`: the measure was standardised before the warp. Only the diagonal of the posterior is kept.
 */
const BlrModel = z.object({
  type: z.literal('blr'),
  hyp: z.tuple([Finite, Finite, Finite, Finite]),
  noiseVar: Finite.positive(),
  m: z.array(Finite),
  postVarDiag: z.array(Finite.nonnegative()).optional(),
  postCov: z.array(Finite).optional(),
  scale: z.object({ mean: Finite, sd: Finite.positive() }).optional(),
  /** Log of the noise variance over `noiseVar`, by [age / 100, sex]: the heteroscedastic option. */
  noiseBy: z.tuple([Finite, Finite]).optional(),
});

/**
 * Location, scale and shape by penalised likelihood (Rigby 2005; sinh-arcsinh of Jones 2009): with
 * x = (y - location) / exp(log scale), the deviation is sinh(tailWeight asinh(x) - skew). Normal when skew 0, tailWeight 1.
 */
const ShashModel = z.object({
  type: z.literal('shash'),
  scale: z.object({ mean: Finite, sd: Finite.positive() }),
  location: z.array(Finite),
  /** Of [1, age / 100, sex]. */
  logScale: z.tuple([Finite, Finite, Finite]),
  skew: Finite,
  tailWeight: Finite.positive(),
  /** Covariance of the location's coefficients by Laplace's approximation, lower triangle by rows. */
  locationCov: z.array(Finite),
});

const GaussianModel = z.object({ type: z.literal('gaussian'), mean: Finite, sd: Finite.positive(), n: z.int().min(2) });

/** Published centiles at ages in years; between them straight lines, outside nothing. One table a sex, or one for both. */
const CentileTable = z.object({
  ages: z.array(Finite).min(2),
  centiles: z.array(z.object({ p: Finite.gt(0).lt(1), values: z.array(Finite) })).min(2),
});
const CentileModel = z.object({
  type: z.literal('centiles'),
  female: CentileTable.optional(),
  male: CentileTable.optional(),
  both: CentileTable.optional(),
});

export const Model = z.discriminatedUnion('type', [BlrModel, ShashModel, GaussianModel, CentileModel]);
export type Model = z.infer<typeof Model>;
export type BlrModel = z.infer<typeof BlrModel>;
export type ShashModel = z.infer<typeof ShashModel>;
type CentileTable = z.infer<typeof CentileTable>;

/** What a reference says of one measure for one person: a normal distribution in a latent space and the way there. */
export interface Prediction {
  toLatent(value: number): number;
  fromLatent(latent: number): number;
  /** log d latent / d value. */
  logSlope(value: number): number;
  mean: number;
  /** SD of people in the latent space. */
  noiseSd: number;
  /** SD of the mean itself, from how few people the reference was learnt from. */
  epistemicSd: number;
}

/** Total number of columns of a design with so many sites, with or without a column of motion. */
export const columnsOf = (sites: number, motion = false): number => (motion ? 4 : 3) + sites + splineColumns;

export function warpOf(model: BlrModel): Warp {
  return { eps: model.hyp[1], b: Math.exp(model.hyp[2]) };
}

/** Prediction for one person; `row` is their design row. Undefined where a centile table does not reach. */
export function predict(model: Model, person: Person, row: Float64Array): Prediction | undefined {
  switch (model.type) {
    case 'blr':
      return predictBlr(model, person, row);
    case 'shash':
      return predictShash(model, person, row);
    case 'gaussian':
      return {
        toLatent: (value) => value,
        fromLatent: (latent) => latent,
        logSlope: () => 0,
        mean: model.mean,
        noiseSd: model.sd,
        epistemicSd: model.sd / Math.sqrt(model.n),
      };
    case 'centiles': {
      const table = (person.male ? model.male : model.female) ?? model.both;
      return table && predictCentiles(table, person.ageYears);
    }
  }
}

function predictBlr(model: BlrModel, { ageYears, male }: Person, row: Float64Array): Prediction {
  let mean = 0;
  for (let k = 0; k < row.length; k++) mean += row[k]! * model.m[k]!;
  const epistemic = epistemicVariance(model, row);
  const { mean: centre, sd } = model.scale ?? { mean: 0, sd: 1 };
  const shape = warpOf(model);
  const by = model.noiseBy;
  const noise = model.noiseVar * (by ? Math.exp((by[0] * ageYears) / 100 + by[1] * male) : 1);
  return {
    toLatent: (value) => warp((value - centre) / sd, shape),
    fromLatent: (latent) => centre + sd * unwarp(latent, shape),
    logSlope: (value) => logWarpSlope((value - centre) / sd, shape) - Math.log(sd),
    mean,
    noiseSd: Math.sqrt(noise),
    epistemicSd: Math.sqrt(epistemic),
  };
}

/** Variance of the predicted mean: x' S x, or the sum over the diagonal where only that is known. */
function epistemicVariance(
  { postCov, postVarDiag }: Pick<BlrModel, 'postCov' | 'postVarDiag'>,
  row: Float64Array,
): number {
  let variance = 0;
  for (let k = 0; k < row.length; k++) {
    const x = row[k]!;
    if (x === 0) continue;
    if (!postCov) {
      variance += x * x * (postVarDiag?.[k] ?? 0);
      continue;
    }
    const from = (k * (k + 1)) / 2;
    let across = 0;
    for (let j = 0; j < k; j++) across += row[j]! * postCov[from + j]!;
    variance += x * (2 * across + x * postCov[from + k]!);
  }
  return Math.max(variance, 0);
}

function predictShash(model: ShashModel, { ageYears, male }: Person, row: Float64Array): Prediction {
  let location = 0;
  for (let k = 0; k < row.length; k++) location += row[k]! * model.location[k]!;
  const variance = epistemicVariance({ postCov: model.locationCov }, row);
  const sigma = Math.exp(model.logScale[0] + (model.logScale[1] * ageYears) / 100 + model.logScale[2] * male);
  const { mean: centre, sd } = model.scale;
  const { skew, tailWeight } = model;
  const x = (value: number): number => ((value - centre) / sd - location) / sigma;
  return {
    toLatent: (value) => Math.sinh(tailWeight * Math.asinh(x(value)) - skew),
    fromLatent: (latent) => centre + sd * (location + sigma * Math.sinh((Math.asinh(latent) + skew) / tailWeight)),
    logSlope: (value) => {
      const at = x(value);
      const inner = tailWeight * Math.asinh(at) - skew;
      return Math.log(Math.cosh(inner)) + Math.log(tailWeight) - 0.5 * Math.log1p(at * at) - Math.log(sigma * sd);
    },
    mean: 0,
    noiseSd: 1,
    epistemicSd: (Math.sqrt(variance) / sigma) * tailWeight * Math.cosh(skew),
  };
}

/** Between printed centiles the deviate runs straight in the value; beyond the outer ones, on the line of the last two. */
function predictCentiles({ ages, centiles }: CentileTable, ageYears: number): Prediction | undefined {
  const at = ages.findIndex((age) => age >= ageYears);
  if (at < 0 || (at === 0 && ages[0] !== ageYears)) return undefined;
  const low = Math.max(0, at - 1);
  const share = at === low ? 0 : (ageYears - ages[low]!) / (ages[at]! - ages[low]!);
  const points = centiles.map(({ p, values }) => ({
    z: normalQuantile(p),
    value: values[low]! + share * (values[at]! - values[low]!),
  }));
  const line = (from: 'z' | 'value', to: 'z' | 'value') => (x: number) => {
    let k = points.findIndex((point) => point[from] > x) - 1;
    if (k === -2) k = points.length - 2;
    const [a, b] = [points[Math.max(0, k)]!, points[Math.max(0, k) + 1]!];
    return a[to] + ((x - a[from]) * (b[to] - a[to])) / (b[from] - a[from]);
  };
  const toLatent = line('value', 'z');
  return {
    toLatent,
    fromLatent: line('z', 'value'),
    logSlope: (value) => {
      const h = (points.at(-1)!.value - points[0]!.value) * 1e-6;
      return Math.log((toLatent(value + h) - toLatent(value - h)) / (2 * h));
    },
    mean: 0,
    noiseSd: 1,
    epistemicSd: 0,
  };
}

/** Deviation without adaptation: (latent - mean) over the SD of people and mean together. */
export function deviation(prediction: Prediction, value: number): number {
  const { toLatent, mean, noiseSd, epistemicSd } = prediction;
  return (toLatent(value) - mean) / Math.sqrt(noiseSd ** 2 + epistemicSd ** 2);
}

/** The share of the reference below a deviate, in per cent. */
export const centileOf = (z: number): number => 100 * normalCdf(z);

/** Design rows of many people; `siteOf` is the index of the site, -1 for none. */
export function designRows(people: readonly (Person & { siteIndex: number })[], sites: number): Float64Array[] {
  return people.map((person) => designRow(person, sites, person.siteIndex));
}
