import { type Issue, issue } from '../dossier/issue.ts';
import {
  type Adaptation,
  adapt,
  adaptedDeviation,
  centileLimits,
  controlsForFlag,
  deviationLimits,
  ownLimits,
  type Rule,
  residualAt,
  standardResidual,
} from './adapt.ts';
import { motionCovariate } from './design.ts';
import { referencesKnown } from './knowledge.ts';
import { centileOf, type Prediction, predict } from './model.ts';
import { matchColumns } from './names.ts';
import { columnTrouble, type People, type PersonRow } from './people.ts';
import { type Reference, rowIn } from './reference.ts';

/** Deviation beyond which a region is flagged. 4.55 % of healthy people lie there for each region. */
export const flagBeyond = 2;
export const shareBeyond = 0.0455002638963584;

export interface Score {
  measure: string;
  value: number;
  unit: string;
  z: number;
  /** Per cent of the reference below this value. */
  centile: number;
  /** 95 % limits of the centile, from how few people mean and spread were learnt from. */
  centileLimits: [number, number];
  zLimits: [number, number];
  /** The value that half of the reference would have, in the unit of the measure. */
  expected: number;
  /** Beyond |z| 2, where enough controls allow a flag at all. */
  flagged: boolean;
}

export interface PersonScores {
  person: PersonRow;
  scores: Score[];
  refused: { measure: string; issue: Issue }[];
  issues: Issue[];
}

export interface Scorer {
  reference: Reference;
  /** Measure -> column of the table. */
  columns: ReadonlyMap<string, number>;
  /** Measures that cannot be scored in this table, and why. */
  refused: ReadonlyMap<string, Issue>;
  /** Site -> measure -> adaptation. */
  sites: ReadonlyMap<string, ReadonlyMap<string, Adaptation>>;
  /** Who the controls of each site were, where they were given. */
  controls: ReadonlyMap<string, ControlsOfSite>;
  issues: Issue[];
}

interface ControlsOfSite {
  males: number;
  females: number;
  ageSpanYears: [number, number];
}

/** Controls teach the shift of a scanner at their ages; farther away than this it is said that they teach it no more. */
const farFromControlsYears = 10;

const noSite = '';

/** Runs with more motion are left out of studies (Power 2012). */
const mostMeanFdMm = 0.5;

/**
 * Reads a table against a reference: which column is which measure, what must be refused, and what controls of the same
 * scanners teach about each site. `rule`: of adaptation; without, B, and C for fewer than 8 controls.
 */
export function prepare(
  reference: Reference,
  people: People,
  given: { name: string; controls?: People; controlsName?: string; rule?: Rule },
): Scorer {
  const { aliases } = referencesKnown();
  const measures = Object.keys(reference.models);
  const columns = matchColumns(measures, people.columns, aliases, reference.quantity);
  const refused = new Map<string, Issue>();
  for (const measure of measures) {
    const index = columns.get(measure);
    const trouble =
      index === undefined
        ? issue('error', 'column-absent', `The table has no column ${measure}.`, {
            place: given.name,
            remedy: `Name it ${measure}.`,
          })
        : columnTrouble(people, index, given.name);
    if (trouble) refused.set(measure, trouble);
  }
  const sites = new Map<string, Map<string, Adaptation>>();
  const learntFrom = new Map<string, ControlsOfSite>();
  const issues = [...people.issues];
  for (const [site, all] of Object.entries(reference.adaptations ?? {})) sites.set(site, new Map(Object.entries(all)));
  if (given.controls) learn(given.controls, given.controlsName ?? 'controls');
  return { reference, columns, refused, sites, controls: learntFrom, issues };

  function learn(controls: People, name: string): void {
    issues.push(...controls.issues);
    const own = matchColumns(measures, controls.columns, aliases, reference.quantity);
    // Connectivity depends on every step of its making: controls teach only about people made the same way.
    const made = new Set(people.people.map(({ software }) => software));
    const alike = ({ software }: PersonRow) => reference.quantity !== 'connectivity' || made.has(software);
    const fitting = controls.people.filter((one) => alike(one) && refusalOf(reference, one) === undefined);
    // A second scan of a person at one site would count as a second person.
    const seen = new Set<string>();
    const key = ({ site, id }: PersonRow) => `${site ?? noSite}\n${id}`;
    const usable = fitting.filter((one) => !seen.has(key(one)) && seen.add(key(one)));
    if (usable.length < fitting.length) {
      const message = `${fitting.length - usable.length} rows are further scans of controls who stand in the table already; the first of each counts.`;
      issues.push(issue('warning', 'controls-repeated', message, { place: name }));
    }
    if (fitting.length < controls.people.length) {
      const message = `${controls.people.length - fitting.length} of ${controls.people.length} controls were left out: age, sex or another covariate is missing or outside the reference, or other software.`;
      issues.push(issue('warning', 'controls-left-out', message, { place: name }));
    }
    for (const { site = noSite, ageYears, male } of usable) {
      const one = learntFrom.get(site) ?? { males: 0, females: 0, ageSpanYears: [Infinity, -Infinity] };
      if (male === 1) one.males++;
      if (male === 0) one.females++;
      if (ageYears !== undefined)
        one.ageSpanYears = [Math.min(one.ageSpanYears[0], ageYears), Math.max(one.ageSpanYears[1], ageYears)];
      learntFrom.set(site, one);
    }
    const rows = usable.map((person) => rowOf(reference, person, -1));
    for (const measure of measures) {
      const index = own.get(measure);
      const trouble = index === undefined ? undefined : columnTrouble(controls, index, name);
      if (index === undefined || trouble) {
        const absent = issue('error', 'column-absent', `The controls have no column ${measure}.`, { place: name });
        if (!refused.has(measure)) refused.set(measure, trouble ?? absent);
        continue;
      }
      const residuals = new Map<string, number[]>();
      for (const [at, person] of usable.entries()) {
        const value = person.values[index];
        const prediction = predict(reference.models[measure]!, personOf(person), rows[at]!);
        if (value === undefined || !prediction || unitTrouble(reference, measure, value, prediction)) continue;
        const residual = standardResidual(prediction, value);
        if (!Number.isFinite(residual)) continue;
        const site = person.site ?? noSite;
        residuals.set(site, [...(residuals.get(site) ?? []), residual]);
      }
      for (const [site, list] of residuals) {
        const learnt = adapt(list, given.rule);
        if (!learnt) continue;
        if (!sites.has(site)) sites.set(site, new Map());
        sites.get(site)!.set(measure, learnt);
      }
    }
    for (const [site, all] of sites) {
      const n = Math.max(...[...all.values()].map((one) => one.n));
      if (n >= controlsForFlag) continue;
      const message = `${site ? `Site ${site}` : 'The site'} has ${n} controls: deviations are shown, nothing is flagged below ${controlsForFlag}.`;
      issues.push(issue('warning', 'controls-few', message, { place: name, remedy: 'Add controls of this scanner.' }));
    }
  }
}

/** Why a person cannot be read against a reference at all. */
export function refusalOf(reference: Reference, person: PersonRow): Issue | undefined {
  const { ageSpanYears, covariates, sexes, family } = reference;
  const where = { place: person.place };
  if (covariates.includes('age') && person.ageYears === undefined) {
    return issue('error', 'age-missing', 'Age is missing: there is no reference without it.', where);
  }
  const age = person.ageYears;
  if (age !== undefined && (age < ageSpanYears[0] || age > ageSpanYears[1])) {
    return issue(
      'error',
      'age-outside',
      `Age ${age} is outside the ${ageSpanYears.join(' to ')} years of the reference: nothing is extrapolated.`,
      where,
    );
  }
  if (covariates.includes('sex') && person.male === undefined) {
    return issue('error', 'sex-missing', 'Sex is missing: the reference differs between the sexes.', where);
  }
  if (sexes !== 'both' && person.male !== undefined && person.male !== (sexes === 'male' ? 1 : 0)) {
    return issue('error', 'sex-outside', `The reference holds ${sexes} people only.`, where);
  }
  if (covariates.includes(motionCovariate)) {
    const moved = person.meanFdMm;
    const remedy = 'Give a column mean_FD: mean framewise displacement of the run in mm.';
    if (moved === undefined)
      return issue('error', 'motion-missing', 'Motion of the run is missing: the reference takes it into account.', {
        ...where,
        remedy,
      });
    if (moved > mostMeanFdMm)
      return issue(
        'error',
        'motion-beyond-limit',
        `The head moves ${moved.toFixed(2)} mm from volume to volume on average; above ${mostMeanFdMm} mm connectivity is read against nobody.`,
        { ...where, remedy: 'Repeat the run with the head held still.' },
      );
  }
  if (person.software !== undefined && family !== undefined && !sameFamily(person.software, family)) {
    return issue(
      'error',
      'method-foreign',
      `Measured with ${person.software}; the reference belongs to ${reference.software ?? family}: numbers of other software are not comparable.`,
      { ...where, remedy: 'Use a reference of the same software, or fit one with "idiograph reference fit".' },
    );
  }
  return undefined;
}

function sameFamily(software: string, family: string): boolean {
  return software.toLowerCase().includes(family.toLowerCase());
}

/** All measures of one person. Numbers, or the reason why there is none. */
export function scorePerson(scorer: Scorer, person: PersonRow): PersonScores {
  const { reference, columns, refused, sites } = scorer;
  const all = (one: Issue): PersonScores => ({
    person,
    scores: [],
    refused: Object.keys(reference.models).map((measure) => ({ measure, issue: refused.get(measure) ?? one })),
    issues: [one],
  });
  const reason = refusalOf(reference, person);
  if (reason) return all(reason);
  const site = person.site ?? noSite;
  // Adapted to one scanner alone, a reference needs nobody to say which.
  const adapted = sites.get(site) ?? (site === noSite && sites.size === 1 ? [...sites.values()][0] : undefined);
  // A reference of one place needs nobody to say which, unless controls of another were given.
  const elsewhere = [...sites.keys()].some((one) => !reference.sites.includes(one));
  if (site === noSite && reference.sites.length === 1 && elsewhere && !sites.has(noSite)) {
    const message = `The site is not stated: it may be ${reference.sites[0]} of the reference, or that of the controls.`;
    return all(issue('error', 'site-missing', message, { place: person.place, remedy: 'Add a column "site".' }));
  }
  const index = site === noSite && reference.sites.length === 1 ? 0 : reference.sites.indexOf(site);
  if (!adapted && index < 0 && reference.sites.length > 0) {
    return all(
      issue(
        'error',
        'site-unknown',
        `${site ? `Site ${site}` : 'The site is not stated and'} is not among those of the reference, and no controls of it were given.`,
        { place: person.place, remedy: 'Give controls of the same scanner with --adapt, 15 or more.' },
      ),
    );
  }
  const row = rowOf(reference, person, adapted ? -1 : index);
  const result: PersonScores = { person, scores: [], refused: [], issues: [] };
  const of =
    adapted &&
    (scorer.controls.get(site) ?? (scorer.controls.size === 1 ? [...scorer.controls.values()][0] : undefined));
  if (of) result.issues.push(...unlikeControls(of, person));
  if (person.software === undefined && reference.family !== undefined) {
    const message = `The table does not say which software measured; the reference holds for ${reference.software ?? reference.family} only.`;
    result.issues.push(
      issue('info', 'method-not-stated', message, { place: person.place, remedy: 'Add a column "software".' }),
    );
  }
  for (const [measure, model] of Object.entries(reference.models)) {
    const no = (one: Issue) => result.refused.push({ measure, issue: one });
    const known = refused.get(measure);
    const value = person.values[columns.get(measure) ?? -1];
    if (known) no(known);
    else if (value === undefined)
      no(issue('error', 'value-missing', `${measure} is missing.`, { place: person.place }));
    else {
      const prediction = predict(model, personOf(person), row);
      const learnt = adapted?.get(measure);
      if (!prediction)
        no(issue('error', 'age-outside', `${measure}: no centiles at this age.`, { place: person.place }));
      else if (adapted && !learnt) {
        const message = `${measure}: too few controls of site ${site} have it, or they do not differ.`;
        no(issue('error', 'controls-too-few', message, { place: person.place }));
      } else {
        const unit = unitTrouble(reference, measure, value, prediction);
        const score = unit ? undefined : scoreOf(reference, measure, value, prediction, learnt);
        if (score && Number.isFinite(score.z)) result.scores.push(score);
        else
          no(
            unit ??
              issue('error', 'value-off-scale', `${measure}: ${value} is off the scale of the model.`, {
                place: person.place,
              }),
          );
      }
    }
  }
  return result;
}

/** Whom the controls of a site do not speak for: the shift of a scanner is taken to be the same at all ages and in both sexes. */
function unlikeControls({ males, females, ageSpanYears: [low, high] }: ControlsOfSite, person: PersonRow): Issue[] {
  const issues: Issue[] = [];
  const remedy = 'Add controls like this person.';
  const same = person.male === undefined ? 1 : person.male === 1 ? males : females;
  if (same === 0) {
    const message = `All controls of the site are ${males > 0 ? 'male' : 'female'} and this person is not: that the scanner shifts both sexes alike is taken for granted.`;
    issues.push(issue('warning', 'controls-other-sex', message, { place: person.place, remedy }));
  }
  const age = person.ageYears;
  if (age !== undefined && (age < low - farFromControlsYears || age > high + farFromControlsYears)) {
    const message = `The controls of the site are ${Math.round(low)} to ${Math.round(high)} years old, this person ${Math.round(age)}: that the scanner shifts all ages alike is taken for granted.`;
    issues.push(issue('warning', 'controls-other-age', message, { place: person.place, remedy }));
  }
  return issues;
}

function scoreOf(
  reference: Reference,
  measure: string,
  value: number,
  prediction: Prediction,
  learnt: Adaptation | undefined,
): Score {
  const residual = standardResidual(prediction, value);
  const total = Math.sqrt(1 + (prediction.epistemicSd / prediction.noiseSd) ** 2);
  const z = learnt ? adaptedDeviation(learnt, residual) : residual / total;
  const limits = learnt ? deviationLimits(learnt, residual) : ownLimits(prediction, residual);
  return {
    measure,
    value,
    unit: reference.units[measure] ?? '1',
    z,
    centile: centileOf(z),
    zLimits: limits,
    centileLimits: centileLimits(limits),
    expected: prediction.fromLatent(prediction.mean + prediction.noiseSd * (learnt?.shift ?? 0)),
    flagged: Math.abs(z) > flagBeyond && (learnt === undefined || learnt.n >= controlsForFlag),
  };
}

/** The value at a deviate for one person: what centile curves are drawn of. */
export function valueAt(prediction: Prediction, z: number, learnt?: Adaptation): number {
  const total = Math.sqrt(1 + (prediction.epistemicSd / prediction.noiseSd) ** 2);
  const residual = learnt ? residualAt(learnt, z) : z * total;
  return prediction.fromLatent(prediction.mean + prediction.noiseSd * residual);
}

/** What a segmentation may not find in a healthy head. */
const mayBeZero = /vessel|hypointens|5th|choroid/i;

/** Thickness in mm lies between these. */
const thicknessMm = [0.5, 7] as const;

/**
 * Another unit than the reference has: thickness outside all people, or a value more than 30 times larger or smaller than
 * expected where people of the reference do not spread so far (cm for mm, mL for mm3). Nothing is rescaled.
 */
export function unitTrouble(
  reference: Reference,
  measure: string,
  value: number,
  prediction: Prediction,
): Issue | undefined {
  const unit = reference.units[measure] ?? '1';
  const say = (what: string) =>
    issue('error', 'unit-implausible', `${measure}: ${value} ${what}; another unit than ${unit} is likely.`, {
      remedy: `Give it in ${unit}; nothing is converted.`,
    });
  if (unit === 'mm' && /thickness|^[LR]_/i.test(measure)) {
    return value < thicknessMm[0] || value > thicknessMm[1] ? say('is no thickness in mm') : undefined;
  }
  if (unit === '1' && !reference.training) return undefined;
  if (value === 0 && unit !== '1' && !mayBeZero.test(measure)) {
    return issue('error', 'value-zero', `${measure} is 0: a structure that was not found has no volume to compare.`, {
      remedy: 'Look at the segmentation.',
    });
  }
  const { fromLatent, mean, noiseSd } = prediction;
  const [low, middle, high] = [-5, 0, 5].map((z) => fromLatent(mean + z * noiseSd));
  if (!(middle! > 0)) return undefined;
  if (value < middle! / 30 && value < low! && !mayBeZero.test(measure))
    return say('is less than a thirtieth of what is expected');
  return value > middle! * 30 && value > high! ? say('is more than thirty times what is expected') : undefined;
}

function rowOf(reference: Reference, person: PersonRow, site: number): Float64Array {
  return rowIn(reference, personOf(person), site);
}

export const personOf = ({ ageYears = 0, male = 0, meanFdMm = 0 }: PersonRow) => ({ ageYears, male, meanFdMm });

export interface WholeBrain {
  regions: number;
  beyond: number;
  /** Regions beyond |z| 2 that a healthy person is expected to have. */
  expected: number;
  /** 5 % and 95 % of the reference's own people; absent where they are not known for these regions. */
  range?: [number, number];
  rangeSource?: string;
  /** More regions beyond |z| 2 than 95 % of the reference's own people; undefined where their range is not known. */
  flagged?: boolean;
  /** Regions outside the centiles 5 to 95. */
  outside5to95: number;
  meanZ: number;
  largest?: { measure: string; z: number };
  /** Mean |z| of the hundredth of the regions that deviate most, at least one. */
  extremeMean: number;
  /** 5 %, 50 % and 95 % of the largest |z| of the reference's own people. */
  largestOfPeople?: [number, number, number];
}

/** The whole first, regions second: how many deviate beside how many are expected, and how far the farthest ones. */
export function wholeBrain({ people }: Reference, scores: readonly Score[]): WholeBrain {
  const sorted = [...scores].sort((a, b) => Math.abs(b.z) - Math.abs(a.z) || (a.measure < b.measure ? -1 : 1));
  const beyond = scores.filter(({ z }) => Math.abs(z) > flagBeyond).length;
  const top = sorted.slice(0, Math.max(1, Math.round(scores.length / 100)));
  // The range holds for the regions that it was counted in; a few missing ones change little.
  const comparable =
    people !== undefined && scores.length >= 0.9 * people.regions && scores.length <= 1.1 * people.regions;
  return {
    regions: scores.length,
    beyond,
    expected: scores.length * shareBeyond,
    ...(comparable && {
      range: [people.beyond2[0], people.beyond2[2]],
      rangeSource: people.source,
      flagged: beyond > people.beyond2[2],
      ...(people.largest && { largestOfPeople: people.largest }),
    }),
    outside5to95: scores.filter(({ centile }) => centile < 5 || centile > 95).length,
    meanZ: scores.reduce((sum, { z }) => sum + z, 0) / Math.max(scores.length, 1),
    ...(sorted[0] && { largest: { measure: sorted[0].measure, z: sorted[0].z } }),
    extremeMean: top.reduce((sum, { z }) => sum + Math.abs(z), 0) / Math.max(top.length, 1),
  };
}
