import { IdiographError } from '../dossier/errors.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { museRegion, type VolumeTableKind, volumeTableKind } from '../knowledge/volumeTables.ts';
import { controlsForFlag, standardResidual } from './adapt.ts';
import { motionCovariate } from './design.ts';
import { quantile } from './distributions.ts';
import { fitBlr, type Spectrum, spectrumOf } from './fitBlr.ts';
import { fitShash } from './fitShash.ts';
import { referencesKnown } from './knowledge.ts';
import { crossProduct } from './linear.ts';
import { type Model, predict } from './model.ts';
import { columnTrouble, measureColumns, type People, type PersonRow } from './people.ts';
import { checkReference, type Reference, referenceFormat, rowIn } from './reference.ts';
import { flagBeyond, personOf } from './score.ts';

export interface FitOptions {
  /** `blr`: Bayesian regression by evidence; `shash`: location, scale and shape; `gaussian`: mean and SD of all. */
  model: 'blr' | 'shash' | 'gaussian';
  warp?: boolean;
  heteroscedastic?: boolean;
  measures?: readonly string[];
  title?: string;
  population?: string;
  software?: string;
  atlas?: string;
  quantity?: Reference['quantity'];
  licence?: string;
  unit?: string;
}

/** Fewest people scanned twice for the SD of a change. */
const fewestRetests = 8;

/** Number of controls that other sources ask of a site (BrainChart); with fewer, a warning. */
const controlsAdvised = 100;

/**
 * Learns a reference from people of a table: one model a measure, on age, sex and site where the table states them.
 * People without age or sex are left out. Throws `usage` when fewer than 15 remain or no column is a measure.
 */
export function fitReference(
  people: People,
  name: string,
  options: FitOptions,
): { reference: Reference; issues: Issue[]; refused: Map<string, Issue> } {
  const issues: Issue[] = [...people.issues];
  const complete = people.people.filter(({ ageYears, male }) => ageYears !== undefined && male !== undefined);
  // A second scan of the same person teaches nothing about people, but how far one person varies.
  // The same number at another site is taken for another person: sites number their people alike.
  const seen = new Map<string, PersonRow>();
  const key = ({ site, id }: PersonRow) => `${site ?? ''}\n${id}`;
  const usable = complete.filter((one) => !seen.has(key(one)) && seen.set(key(one), one));
  const again = complete.filter((one) => seen.get(key(one)) !== one);
  if (complete.length < people.people.length) {
    const message = `${people.people.length - complete.length} of ${people.people.length} people were left out: age or sex is missing.`;
    issues.push(issue('warning', 'controls-left-out', message, { place: name }));
  }
  if (usable.length < controlsForFlag) {
    throw new IdiographError('usage', `${name} has ${usable.length} people with age and sex`, {
      remedy: `A reference needs ${controlsForFlag} or more; columns are named age, sex and site.`,
    });
  }
  if (usable.length < controlsAdvised) {
    const message = `${usable.length} people: other sources ask ${controlsAdvised} of a site. The limits of each centile show what that costs.`;
    issues.push(issue('warning', 'controls-few', message, { place: name }));
  }
  const sites = [...new Set(usable.flatMap(({ site }) => site ?? []))].sort();
  if (sites.length > 0 && usable.some(({ site }) => site === undefined)) {
    throw new IdiographError('usage', `${name}: some people have a site and some have none`, {
      remedy: 'State the site of everybody, or leave the column out.',
    });
  }
  // Connectivity follows motion: where everybody's is known, it is a covariate.
  const withMotion = options.quantity === 'connectivity' && usable.every(({ meanFdMm }) => meanFdMm !== undefined);
  const covariates =
    options.model === 'gaussian'
      ? []
      : ['age', 'sex', ...(withMotion ? [motionCovariate] : []), ...(sites.length > 0 ? ['site'] : [])];
  const rowOf = (person: PersonRow) => rowIn({ covariates, sites }, personOf(person), sites.indexOf(person.site ?? ''));
  const rows = usable.map(rowOf);
  const scaleRows = usable.map(({ ageYears, male }) => [ageYears! / 100, male!] as const);
  const spectra = new Map<string, Spectrum>();
  const models: Record<string, Model> = {};
  const training: NonNullable<Reference['training']> = {};
  const deviations: number[][] = [];
  const refused = new Map<string, Issue>();
  const retest: NonNullable<Reference['retest']> = {};
  const chosen = measureColumns({ ...people, people: usable }, referencesKnown().notMeasures).filter(
    (index) => options.measures === undefined || options.measures.includes(people.columns[index]!),
  );
  for (const index of chosen) {
    const measure = people.columns[index]!;
    const trouble = columnTrouble({ ...people, people: usable }, index, name);
    const has = usable.map(({ values }) => values[index] !== undefined);
    const count = has.filter(Boolean).length;
    if (trouble || count < controlsForFlag) {
      const few = issue('error', 'controls-too-few', `${measure}: ${count} people have it.`, { place: name });
      refused.set(measure, trouble ?? few);
      continue;
    }
    const counts = new Map<number, number>();
    for (const { values } of usable) {
      const value = values[index];
      if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    if ([...counts.values()].some((same) => same > count / 2)) {
      const message = `${measure}: more than half of the people have the same value, so no curve describes them.`;
      refused.set(measure, issue('error', 'column-nearly-constant', message, { place: name }));
      continue;
    }
    const own = <T>(list: readonly T[]) => (count === usable.length ? list : list.filter((_, i) => has[i]));
    const x = own(rows);
    const y = own(usable).map(({ values }) => values[index]!);
    const mask = has.map(Number).join('');
    let spectrum = spectra.get(mask);
    if (!spectrum) {
      spectrum = spectrumOf(crossProduct(x, x[0]!.length), x[0]!.length);
      // Gaps differ from measure to measure: more than a few kept decompositions would only take memory.
      if (spectra.size < 16) spectra.set(mask, spectrum);
    }
    const model = fitOne(x, y, own(scaleRows), spectrum, options);
    models[measure] = model;
    const mean = y.reduce((sum, one) => sum + one, 0) / y.length;
    training[measure] = { mean, sd: Math.sqrt(y.reduce((sum, one) => sum + (one - mean) ** 2, 0) / y.length) };
    const differences = again.flatMap((second) => {
      const first = seen.get(key(second))!;
      const z = [first, second].map((one) => {
        const value = one.values[index];
        const prediction = predict(model, personOf(one), rowOf(one));
        return value === undefined || !prediction ? Number.NaN : standardResidual(prediction, value);
      });
      const difference = z[1]! - z[0]!;
      return Number.isFinite(difference) ? [difference] : [];
    });
    if (differences.length >= fewestRetests) {
      const sd = Math.sqrt(differences.reduce((sum, one) => sum + one * one, 0) / differences.length);
      if (sd > 0) retest[measure] = { sd, n: differences.length };
    }
    if (count === usable.length) {
      deviations.push(x.map((row, i) => leftOut(model, usable[i]!.ageYears!, usable[i]!.male!, row, y[i]!)));
    }
  }
  const found = Object.keys(models).length;
  if (found === 0) {
    throw new IdiographError('usage', `${name} has no column that a reference can be learnt from`, {
      remedy: 'Beside age, sex and site it needs a column of numbers for each measure.',
    });
  }
  const made = new Set(usable.map((one) => one.software));
  const [only] = made.size === 1 ? made : [];
  const software = options.software ?? only;
  if (options.software === undefined && made.size > 1)
    issues.push(
      issue(
        'warning',
        'software-mixed',
        'The people were measured with different software, so the reference states none.',
        {
          place: name,
          remedy: 'Fit one reference for each.',
        },
      ),
    );
  const ages = usable.map(({ ageYears }) => ageYears!);
  const males = usable.filter(({ male }) => male === 1).length;
  const reference = checkReference(
    {
      format: referenceFormat,
      id: `fit/${name}`,
      title: options.title ?? `Own reference of ${name}`,
      population: options.population ?? `people of ${name}`,
      n: usable.length,
      ageSpanYears: [ages.reduce((a, b) => Math.min(a, b)), ages.reduce((a, b) => Math.max(a, b))],
      ageSpanOf: 'model',
      sexes: males === 0 ? 'female' : males === usable.length ? 'male' : 'both',
      sexCoding: '1 = male, 0 = female',
      sites,
      ...(software && { software, family: software }),
      ...(options.atlas && { atlas: options.atlas }),
      quantity: options.quantity ?? 'mixed',
      ...(options.quantity === 'connectivity' && { exploratory: true }),
      covariates,
      licence: options.licence ?? "the site's own data",
      source: name,
      ...(Object.keys(retest).length > 0 && { retest }),
      ...(deviations.length > 0 && { people: countsOf(deviations, name) }),
      models,
      units: Object.fromEntries(
        Object.keys(models).map((measure) => [
          measure,
          options.unit ?? unitGuess(measure, volumeTableKind(people.columns)),
        ]),
      ),
      training,
    },
    name,
  );
  return { reference, issues, refused };
}

function fitOne(
  rows: readonly Float64Array[],
  values: readonly number[],
  scaleRows: readonly (readonly [number, number])[],
  spectrum: Spectrum,
  { model, warp, heteroscedastic }: FitOptions,
): Model {
  if (model === 'gaussian') {
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    return { type: 'gaussian', mean, sd: Math.sqrt(squares / (values.length - 1)), n: values.length };
  }
  if (model === 'shash') return fitShash(rows, values, scaleRows, fitBlr(rows, values, spectrum));
  return fitBlr(rows, values, spectrum, { warp, ...(heteroscedastic && { noiseRows: scaleRows }) });
}

/** The unit that a name of a FreeSurfer table itself states, and mm3 for tables of volumes; else `1`. */
function unitGuess(measure: string, kind: VolumeTableKind | undefined): string {
  if (kind === 'DLMUSE' && museRegion(measure) !== undefined) return 'mm3';
  if (kind === 'SynthSeg' && !/^general |\+/.test(measure)) return 'mm3';
  if (/thickness/i.test(measure)) return 'mm';
  if (/_area$/i.test(measure)) return 'mm2';
  const isVolume = /^(left|right)[-_.]|vol$|ventricle|brain[-_.]stem|^csf$|^cc_/i.test(measure);
  return isVolume && !/to[-_.]etiv/i.test(measure) ? 'mm3' : '1';
}

/**
 * Deviation of a person from a reference that was learnt without them, hyperparameters held: residual / SD over the root of
 * 1 - leverage, leverage being the share of the variance of the mean in that of people (exact for a linear model).
 */
function leftOut(model: Model, ageYears: number, male: 0 | 1, row: Float64Array, value: number): number {
  const prediction = predict(model, { ageYears, male }, row)!;
  const leverage = Math.min((prediction.epistemicSd / prediction.noiseSd) ** 2, 0.99);
  return standardResidual(prediction, value) / Math.sqrt(1 - leverage);
}

function countsOf(deviations: readonly (readonly number[])[], name: string): NonNullable<Reference['people']> {
  const n = deviations[0]!.length;
  const beyond = Array.from({ length: n }, (_, i) => deviations.filter((one) => Math.abs(one[i]!) > flagBeyond).length);
  const largest = Array.from({ length: n }, (_, i) =>
    deviations.reduce((most, one) => Math.max(most, Math.abs(one[i]!)), 0),
  );
  const limits = (values: number[]) => [0.05, 0.5, 0.95].map((p) => quantile(values, p));
  return {
    n,
    regions: deviations.length,
    beyond2: limits(beyond) as [number, number, number],
    largest: limits(largest) as [number, number, number],
    source: `the ${n} people of ${name}, each left out in turn`,
  };
}
