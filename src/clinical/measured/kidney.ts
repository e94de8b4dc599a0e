import type { Analysis, Dossier } from '../../dossier/analysis.ts';
import { measure } from '../../dossier/code.ts';
import { daysBetween } from '../../dossier/dateTime.ts';
import type { Fact } from '../../dossier/fact.ts';
import type { Finding, FindingDraft } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { quantityForReader } from '../../dossier/words.ts';
import { among } from '../inputs.ts';
import { ageOn, personFacts, sexOf } from '../person.ts';
import { type AnalyteIndex, analytesPath, indexAnalytes, inFirstUnit } from './analytes.ts';
import {
  bedsideSchwartz,
  ckdEpi2012Cystatin,
  ckdEpi2021,
  ckdEpi2021Both,
  cockcroftGault,
  idealWeight,
  type Sex,
} from './kidneyFormulas.ts';

/** A weight or height further than this from the creatinine is another person's, in a sense. Own rule. */
const bodyDays = 90;
const micromolPerMilligram = 88.42;
/** Change of eGFR that 5 % of steady people exceed by chance. */
const egfrChange = {
  percent: 16.5,
  source: 'reference change value of eGFR, meta-analysis, doi 10.3389/fmed.2022.1009358',
};

const titles = {
  'egfr-ckd-epi-2021': 'eGFR, CKD-EPI 2021 (creatinine)',
  'egfr-ckd-epi-2012-cystatin': 'eGFR, CKD-EPI 2012 (cystatin C)',
  'egfr-ckd-epi-2021-cystatin': 'eGFR, CKD-EPI 2021 (creatinine and cystatin C)',
  'egfr-bedside-schwartz': 'eGFR, bedside Schwartz 2009',
  'creatinine-clearance-cockcroft-gault': 'Creatinine clearance, Cockcroft-Gault',
} as const;
type Estimate = keyof typeof titles;

const perSurface = 'mL/min/{1.73_m2}';

/**
 * Creatinine and cystatin C with age, sex, weight and height -> kidney function by named formulas, one finding a sample.
 * What is missing refuses the formula that needs it, by name. A child gets no adult formula.
 */
export const kidney: Analysis = {
  id: 'clinical.kidney',
  version: '1.0.0',
  title: 'Kidney function',
  makes: Object.keys(titles),
  takes: ['lab', 'vital', 'condition'],
  knowledge: [analytesPath],
  packs: [],
  peakMemoryMb: () => 4,
  method: 'kidney.md',
  select(dossier) {
    const markers = samplesOf(dossier, ['creatinine', 'cystatin-c']);
    if (markers.length === 0) {
      const treated = dossier.facts.some(({ type, status }) => type === 'medication' && status === 'active');
      const remedy = 'Ask for a creatinine before dosing by kidney function.';
      const missing = [issue('info', 'no-creatinine', 'No creatinine: kidney function is not assessed.', { remedy })];
      return { selections: [], missing: treated ? missing : [] };
    }
    const inputs = {
      markers: markers.map(({ id }) => id),
      body: samplesOf(dossier, ['body-weight', 'body-height']).map(({ id }) => id),
      person: personFacts(dossier.facts).map(({ id }) => id),
      pregnancy: pregnancies(dossier).map(({ id }) => id),
    };
    return { selections: [{ title: 'from creatinine and cystatin C', inputs }], missing: [] };
  },
  async run(inputs, _options, { dossier, knowledge, emit }) {
    const findings = (role: string) => among(dossier.findings, inputs[role]);
    const index = indexAnalytes(knowledge(analytesPath));
    const samples = (role: string, id: string) => numbersOf(findings(role), id, index);
    const facts = among(dossier.facts, inputs['person']);
    const all: Samples = {
      creatinine: samples('markers', 'creatinine').map((one) => ({ ...one, value: one.value / micromolPerMilligram })),
      cystatin: samples('markers', 'cystatin-c'),
      weight: samples('body', 'body-weight'),
      height: samples('body', 'body-height'),
      pregnancy: findings('pregnancy'),
    };
    for (const draft of [...fromCreatinine(all, facts), ...fromCystatin(all, facts)]) emit.finding(draft);
  },
};

interface Sample {
  finding: Finding;
  time: string;
  /** Days since 1970, of the calendar day of `time`. */
  day: number;
  /** mg/dL, mg/L, kg, cm. */
  value: number;
}

interface Samples {
  creatinine: Sample[];
  cystatin: Sample[];
  weight: Sample[];
  height: Sample[];
  pregnancy: Finding[];
}

function samplesOf(dossier: Dossier, sites: readonly string[]): Finding[] {
  return dossier.findings.filter(
    ({ measure: { code }, site }) => (code === 'lab' || code === 'vital') && sites.includes(site?.code ?? ''),
  );
}

function pregnancies(dossier: Dossier): Finding[] {
  return dossier.findings.filter(({ measure: { code }, site }) => code === 'condition' && site?.code === 'pregnancy');
}

function numbersOf(findings: readonly Finding[], id: string, index: AnalyteIndex): Sample[] {
  const analyte = index.byId.get(id)!;
  return findings
    .filter(({ site }) => site?.code === id)
    .flatMap((finding) => {
      const { value, time } = finding;
      const number = value.type === 'quantity' ? inFirstUnit(value.value, value.unit, analyte) : undefined;
      if (number === undefined || number <= 0 || time === undefined) return [];
      return [{ finding, time, day: Date.parse(time.slice(0, 10)) / 86_400_000, value: number }];
    })
    .sort((a, b) => (a.time < b.time ? -1 : 1));
}

function fromCreatinine(all: Samples, person: readonly Fact[]): FindingDraft[] {
  const newest = all.creatinine.at(-1);
  const sex = sexOf(person);
  return all.creatinine.flatMap((sample) => {
    const age = ageOn(sample.time.slice(0, 10), person);
    // Why a formula cannot be used is said once, for the newest sample.
    const refuse = (estimate: Estimate, why: Issue) =>
      sample === newest ? [refusal(estimate, sample, why, person)] : [];
    if (age === undefined) {
      return refuse('egfr-ckd-epi-2021', lacks('age-unknown', 'The date of birth is not known or sources differ.'));
    }
    const cautions = [...steadiness(sample, all.creatinine), ...inPregnancy(sample, all.pregnancy)];
    if (age < 18) return [...child(sample, age, all, person, cautions), ...refuse('egfr-ckd-epi-2021', tooYoung(age))];
    if (sex === undefined)
      return refuse('egfr-ckd-epi-2021', lacks('sex-unknown', 'Sex is not stated as female or male.'));
    const says = `creatinine ${quantityForReader(sample.value, 'mg/dL')}, ${age} years, ${sex}`;
    const value = ckdEpi2021(sample.value, age, sex);
    const own = draft('egfr-ckd-epi-2021', sample.time, value, perSurface, [sample], person, {
      says,
      issues: cautions,
    });
    return [withChange(own, value), ...clearance(sample, age, sex, all, person, cautions, sample === newest)];
  });
}

function clearance(
  sample: Sample,
  age: number,
  sex: Sex,
  all: Samples,
  person: readonly Fact[],
  cautions: readonly Issue[],
  isNewest: boolean,
): FindingDraft[] {
  const estimate = 'creatinine-clearance-cockcroft-gault';
  const weight = nearest(sample, all.weight);
  if (weight === undefined) {
    const far = all.weight.length > 0;
    const why = far
      ? lacks('weight-too-far', `No weight within ${bodyDays} days of the creatinine.`)
      : lacks('weight-unknown', 'No weight is on record.');
    return isNewest ? [refusal(estimate, sample, why, person)] : [];
  }
  const height = nearest(sample, all.height, 3650);
  const says = `creatinine ${quantityForReader(sample.value, 'mg/dL')}, ${age} years, ${sex}, actual weight ${quantityForReader(weight.value, 'kg')} of ${weight.time.slice(0, 10)}`;
  const value = cockcroftGault(sample.value, age, sex, weight.value);
  const issues = [...cautions, ...otherWeights(sample, age, sex, weight.value, height?.value)];
  return [
    draft(estimate, sample.time, value, 'mL/min', [sample, weight], person, {
      says,
      issues,
      note: 'actual body weight',
    }),
  ];
}

/** The same formula with ideal and adjusted weight, said where the actual weight is far above the ideal one. */
function otherWeights(sample: Sample, age: number, sex: Sex, weight: number, height: number | undefined): Issue[] {
  if (height === undefined || height < 152.4) return [];
  const ideal = idealWeight(height, sex);
  if (weight <= 1.3 * ideal) return [];
  const of = (kg: number) =>
    `${quantityForReader(cockcroftGault(sample.value, age, sex, kg), 'mL/min')} with ${Math.round(kg)} kg`;
  const message = `Actual weight is ${Math.round((100 * weight) / ideal)} % of ideal weight: ${of(ideal)} (ideal), ${of(ideal + 0.4 * (weight - ideal))} (adjusted).`;
  return [
    issue('warning', 'weight-far-above-ideal', message, { remedy: 'Use the weight that the label of the drug names.' }),
  ];
}

function child(
  sample: Sample,
  age: number,
  all: Samples,
  person: readonly Fact[],
  cautions: readonly Issue[],
): FindingDraft[] {
  const estimate = 'egfr-bedside-schwartz';
  const isNewest = sample === all.creatinine.at(-1);
  const refuse = (why: Issue) => (isNewest ? [refusal(estimate, sample, why, person)] : []);
  if (age < 1) return refuse(lacks('age-below-1', 'The formula is for children from one year on.'));
  const height = nearest(sample, all.height);
  if (height === undefined)
    return refuse(lacks('height-unknown', `No height within ${bodyDays} days of the creatinine.`));
  const says = `creatinine ${quantityForReader(sample.value, 'mg/dL')}, height ${quantityForReader(height.value, 'cm')}, ${age} years`;
  const value = bedsideSchwartz(sample.value, height.value);
  return [draft(estimate, sample.time, value, perSurface, [sample, height], person, { says, issues: cautions })];
}

function fromCystatin(all: Samples, person: readonly Fact[]): FindingDraft[] {
  const sex = sexOf(person);
  return all.cystatin.flatMap((sample) => {
    const age = ageOn(sample.time.slice(0, 10), person);
    if (age === undefined || age < 18 || sex === undefined) {
      if (sample !== all.cystatin.at(-1)) return [];
      const why =
        age === undefined
          ? lacks('age-unknown', 'The date of birth is not known or sources differ.')
          : age < 18
            ? tooYoung(age)
            : lacks('sex-unknown', 'Sex is not stated as female or male.');
      return [refusal('egfr-ckd-epi-2012-cystatin', sample, why, person)];
    }
    const says = `cystatin C ${quantityForReader(sample.value, 'mg/L')}, ${age} years, ${sex}`;
    const issues = inPregnancy(sample, all.pregnancy);
    const alone = ckdEpi2012Cystatin(sample.value, age, sex);
    const drafts = [
      draft('egfr-ckd-epi-2012-cystatin', sample.time, alone, perSurface, [sample], person, { says, issues }),
    ];
    const partner = all.creatinine.find(({ time }) => time.slice(0, 10) === sample.time.slice(0, 10));
    if (partner) {
      const both = ckdEpi2021Both(partner.value, sample.value, age, sex);
      drafts.push(
        draft('egfr-ckd-epi-2021-cystatin', sample.time, both, perSurface, [sample, partner], person, {
          says: `creatinine ${quantityForReader(partner.value, 'mg/dL')}, ${says}`,
          issues: [...steadiness(partner, all.creatinine), ...issues],
        }),
      );
    }
    return drafts;
  });
}

function draft(
  estimate: Estimate,
  time: string,
  value: number,
  unit: string,
  samples: readonly Sample[],
  person: readonly Fact[],
  { says, issues, note }: { says: string; issues: readonly Issue[]; note?: string },
): FindingDraft {
  return {
    measure: measure(estimate, titles[estimate]),
    time,
    value: { type: 'quantity', value: Number(value.toPrecision(6)), unit },
    issues: [...issues],
    derivedFrom: [...samples.map(({ finding }) => finding.id), ...person.map(({ id }) => id)],
    evidence: [{ of: samples[0]!.finding.id, place: titles[estimate], says }],
    ...(note ? { methodNote: note } : {}),
  };
}

function withChange(own: FindingDraft, value: number): FindingDraft {
  const share = egfrChange.percent / 100;
  const [low, high] = [value * (1 - share), value * (1 + share)].map((one) => Number(one.toPrecision(6)));
  return { ...own, uncertainty: { type: 'smallest-real-change', low, high, level: 0.95, source: egfrChange.source } };
}

function refusal(estimate: Estimate, sample: Sample, why: Issue, person: readonly Fact[]): FindingDraft {
  return {
    measure: measure(estimate, titles[estimate]),
    time: sample.time,
    value: { type: 'refused', reason: why.code },
    issues: [why],
    derivedFrom: [sample.finding.id, ...person.map(({ id }) => id)],
  };
}

function lacks(code: string, message: string): Issue {
  return issue('warning', code, message, { remedy: 'Add it to the record.' });
}

function tooYoung(age: number): Issue {
  return issue('warning', 'age-below-18', `The formula is for adults; the person was ${age} years old.`);
}

/** The sample closest in time, within so many days; of two as close the later. `among` is sorted by time. */
function nearest(to: Sample, among: readonly Sample[], days = bodyDays): Sample | undefined {
  const before = lastUpTo(to.day, among);
  const next = among[before + 1];
  const after = next && lastUpTo(next.day, among);
  const candidates = [among[after ?? -1], among[before]].flatMap((one) => one ?? []);
  const distance = (one: Sample) => Math.abs(one.day - to.day);
  return candidates.filter((one) => distance(one) <= days).sort((a, b) => distance(a) - distance(b))[0];
}

/** Index of the last sample of that day or before; -1 when there is none. */
function lastUpTo(day: number, among: readonly Sample[]): number {
  let [low, high] = [0, among.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (among[middle]!.day <= day) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** KDIGO 2012 criteria of acute kidney injury, in both directions: by 0.3 mg/dL within 2 days or 1.5 times within 7. */
function steadiness(sample: Sample, all: readonly Sample[]): Issue[] {
  let moved: Sample | undefined;
  for (let i = lastUpTo(sample.day, all); i >= 0 && !moved; i--) {
    const other = all[i]!;
    const days = sample.day - other.day;
    if (days > 7) break;
    if (other.time >= sample.time) continue;
    const ratio = Math.max(sample.value / other.value, other.value / sample.value);
    if (ratio >= 1.5 || (days <= 2 && Math.abs(sample.value - other.value) >= 0.3)) moved = other;
  }
  if (!moved) return [];
  const message = `Creatinine moved from ${quantityForReader(moved.value, 'mg/dL')} (${moved.time.slice(0, 10)}) to ${quantityForReader(sample.value, 'mg/dL')}: estimates hold only when it is steady.`;
  return [
    issue('warning', 'creatinine-not-steady', message, { remedy: 'Repeat creatinine; do not dose by this estimate.' }),
  ];
}

function inPregnancy(sample: Sample, found: readonly Finding[]): Issue[] {
  const active = found.some(
    ({ value, time }) =>
      value.type === 'code' &&
      value.code.code === 'active' &&
      (time === undefined || Math.abs(daysBetween(time, sample.time)) <= 300),
  );
  return active ? [issue('warning', 'egfr-in-pregnancy', 'The formula was not made for pregnancy.')] : [];
}
