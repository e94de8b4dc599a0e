import type { Analysis, Dossier, RunContext } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import type { Finding, FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { geneCode, oneOrSet, phenotypeMembers, scoreMembers, statedMembers } from './codes.ts';
import { parsedOnce } from './parsed-once.ts';
import { convertCyp2d6, type InhibitorStrength, inferPhenotype, inferredEnzymes } from './phenoconversion.ts';
import { type Phenotype, PhenotypeRules, phenotypeOfScore, type Standing } from './phenotype.ts';

const phenotypeFile = 'genomics/phenotype.json';
const adjustedPhenotype = measure('metabolizer-phenotype-adjusted', 'Metabolizer phenotype under the drugs taken');
const why = 'the genotype leaves more than one possibility';

/** Enzymes under the medication list: each member of the genotype's set by itself, beside what the genotype alone says. */
export const phenoconversion: Analysis = {
  id: 'genomics.phenoconversion',
  version: '2.0.0',
  title: 'Enzymes under the drugs taken',
  makes: ['activity-score-adjusted', 'metabolizer-phenotype-adjusted'],
  takes: ['activity-score', 'metabolizer-phenotype', 'enzyme-inhibition', 'enzyme-induction', 'condition'],
  knowledge: [phenotypeFile],
  packs: [],
  peakMemoryMb: () => 2,
  method: 'drug-guidance.md',
  select(dossier) {
    const selections = ['CYP2D6', ...inferredEnzymes].flatMap((gene) => {
      const inputs = inputsOf(gene, dossier);
      return inputs ? [{ title: gene, inputs, options: { gene } }] : [];
    });
    return { selections, missing: [] };
  },
  async run(inputs, options, context) {
    const gene = String(options['gene']);
    const rules = parsedOnce(PhenotypeRules, context.knowledge(phenotypeFile));
    const drafts = gene === 'CYP2D6' ? byGuideline(inputs, context, rules) : [byInference(gene, inputs, context)];
    for (const draft of drafts) context.emit.finding(draft);
  },
};

function find(dossier: Dossier, code: string, gene: string): Finding | undefined {
  return dossier.findings.find((one) => one.measure.code === code && one.site?.code === gene);
}

const counts = (text: string): text is InhibitorStrength => text === 'strong' || text === 'moderate';

function strengthOf(finding: Finding | undefined): InhibitorStrength | undefined {
  return finding?.value.type === 'code' && counts(finding.value.code.code) ? finding.value.code.code : undefined;
}

/** What a gene is converted from and by; undefined when nothing on the list, in smoking or pregnancy changes it. */
function inputsOf(gene: string, dossier: Dossier): Record<string, string[]> | undefined {
  const base = find(dossier, gene === 'CYP2D6' ? 'activity-score' : 'metabolizer-phenotype', gene);
  const inhibition = find(dossier, 'enzyme-inhibition', gene);
  const induction = gene === 'CYP2D6' ? undefined : find(dossier, 'enzyme-induction', gene);
  const smoking = gene === 'CYP1A2' ? dossier.facts.filter(saysSmoker) : [];
  const pregnancy = inPregnancy[gene] === undefined ? undefined : pregnancyOf(dossier);
  const inhibits = strengthOf(inhibition) !== undefined;
  const induces = strengthOf(induction) !== undefined || smoking.length > 0;
  if (!inhibits && !induces) return undefined;
  // No VCF tells CYP1A2; it is still worth saying what acts on it. Any other gene needs its genotype.
  if (gene !== 'CYP1A2' && (!base || base.value.type === 'refused')) return undefined;
  return {
    genotype: base && base.value.type !== 'refused' ? [base.id] : [],
    inhibition: inhibits ? [inhibition!.id] : [],
    induction: strengthOf(induction) !== undefined ? [induction!.id] : [],
    pregnancy: pregnancy ? [pregnancy.id] : [],
    facts: smoking.map(({ id }) => id).sort(),
  };
}

/** SNOMED CT, and LOINC answers to 72166-2: smokes now. Former smokers are not induced. */
const smokers = new Set(['449868002', '428041000124106', '428061000124105', '428071000124103', '77176002']);
const smokerAnswers = new Set(['LA18976-3', 'LA18977-1', 'LA18981-3', 'LA18982-1']);

function saysSmoker(fact: Fact): boolean {
  if (fact.type !== 'observation' || fact.status === 'entered-in-error') return false;
  const asked = [fact.code, ...(fact.codes ?? [])].some(({ code }) => code === '72166-2' || code === '229819007');
  const answer = fact.value?.type === 'code' ? fact.value.code.code : '';
  return asked && (smokers.has(answer) || smokerAnswers.has(answer));
}

/** The record says that she is pregnant now. */
function pregnancyOf(dossier: Dossier): Finding | undefined {
  const found = find(dossier, 'condition', 'pregnancy');
  return found?.value.type === 'code' && found.value.code.code === 'active' ? found : undefined;
}

/** Enzyme activity moves in pregnancy, and no table says by how much. */
const inPregnancy: Record<string, string> = {
  CYP2D6: 'raises',
  CYP2C9: 'raises',
  CYP3A4: 'raises',
  CYP2C19: 'lowers',
  CYP1A2: 'lowers',
};

function pregnancyIssues(gene: string, pregnancy: Finding | undefined): Issue[] {
  const moves = inPregnancy[gene];
  if (moves === undefined || pregnancy === undefined) return [];
  return [
    issue(
      'warning',
      'phenoconversion-pregnancy',
      `Pregnancy ${moves} ${gene} activity: no table gives a factor, so none is applied here.`,
      { remedy: 'Go by effect and, where there are any, by drug levels; look again after birth.' },
    ),
  ];
}

type Inputs = Record<string, string[]>;

function given(inputs: Inputs, context: RunContext) {
  const finding = (role: string) => context.dossier.findings.find(({ id }) => id === inputs[role]?.[0]);
  const ids = new Set(inputs['facts']);
  return {
    genotype: finding('genotype'),
    inhibition: finding('inhibition'),
    induction: finding('induction'),
    pregnancy: finding('pregnancy'),
    facts: context.dossier.facts.filter(({ id }) => ids.has(id)),
  };
}

const passedOn = (finding: Finding | undefined) =>
  (finding?.issues ?? []).filter(({ code }) => code === 'cyp2d6-snv-only' || code.startsWith('could-also-be'));

function byGuideline(inputs: Inputs, context: RunContext, rules: PhenotypeRules): FindingDraft[] {
  const { genotype: score, inhibition, pregnancy } = given(inputs, context);
  const strength = strengthOf(inhibition);
  if (!score || !inhibition || inhibition.value.type !== 'code' || !strength) return [];
  const members = statedMembers(score.value);
  const scores = members.flatMap((value) => (value.type === 'quantity' ? [value.value] : []));
  // An allele without a value times 0 is 0; times anything else it stays unknown.
  const unassigned = members.some((value) => value.type === 'code');
  if (unassigned && strength === 'strong') scores.push(0);
  const converted = convertCyp2d6(scores, [strength], rules.scoreBandsCYP2D6);
  const standings: Standing[] = converted.scores.map((value) => ({
    score: value,
    phenotype: phenotypeOfScore(value, rules.scoreBandsCYP2D6),
  }));
  if (unassigned && strength !== 'strong') standings.push({ score: null, phenotype: 'indeterminate' });
  const common = {
    site: geneCode('CYP2D6'),
    ...(inhibition.time === undefined ? {} : { time: inhibition.time }),
    issues: [
      issue(
        'info',
        'phenoconverted',
        `Genotype scores times ${converted.multiplier}: ${inhibition.value.code.display}.`,
        {
          remedy: 'It holds while the drug is taken and for its washout; look again when the medication list changes.',
        },
      ),
      ...pregnancyIssues('CYP2D6', pregnancy),
      ...passedOn(score),
      ...inhibition.issues,
    ],
    derivedFrom: [score, inhibition, ...(pregnancy ? [pregnancy] : [])].map(({ id }) => id).sort(),
    evidence: [
      { of: score.id, place: 'activity score', says: scores.join(', ') },
      { of: inhibition.id, place: 'CYP2D6', says: `${strength}: x ${converted.multiplier} (CPIC 2021, PMID 33387367)` },
    ],
    methodNote: converted.basis,
  };
  return [
    {
      measure: measure('activity-score-adjusted', 'Activity score under the drugs taken'),
      ...common,
      value: oneOrSet(scoreMembers(standings), why),
    },
    { measure: adjustedPhenotype, ...common, value: oneOrSet(phenotypeMembers(standings), why) },
  ];
}

function byInference(gene: string, inputs: Inputs, context: RunContext): FindingDraft {
  const { genotype, inhibition, induction, pregnancy, facts } = given(inputs, context);
  const smokes = facts.some(saysSmoker);
  const effect = {
    ...(inhibition ? { inhibitor: strengthOf(inhibition)! } : {}),
    ...(induction ? { inducer: strengthOf(induction)! } : smokes ? { inducer: 'moderate' as const } : {}),
  };
  const by = [inhibition, induction].flatMap((one) =>
    one?.value.type === 'code' ? [`${one === inhibition ? 'inhibition' : 'induction'} ${one.value.code.display}`] : [],
  );
  if (smokes) by.push('induction by smoking');
  const known = statedMembers(genotype?.value).flatMap((value) =>
    value.type === 'code' ? [value.code.code as Phenotype] : [],
  );
  const issues = [
    issue('warning', 'phenoconversion-inference', `Non-guideline inference for ${gene}: ${by.join(', ')}.`, {
      remedy:
        'No guideline states this step: go by response and levels, and look again when the list or smoking changes.',
    }),
    ...(smokes
      ? [
          issue('info', 'smoking-induces', 'Smoking induces CYP1A2: stopping raises levels within days to weeks.', {
            remedy: 'Review doses of clozapine, olanzapine, duloxetine or tizanidine when smoking starts or stops.',
          }),
        ]
      : []),
    ...pregnancyIssues(gene, pregnancy),
    ...passedOn(genotype),
    ...(inhibition?.issues ?? []),
    ...(induction?.issues ?? []),
  ];
  const rests = [genotype, inhibition, induction, pregnancy].flatMap((one) => one ?? []);
  const time = inhibition?.time ?? induction?.time;
  const draft = {
    measure: adjustedPhenotype,
    site: geneCode(gene),
    ...(time === undefined ? {} : { time }),
    issues,
    derivedFrom: [...rests.map(({ id }) => id), ...facts.map(({ id }) => id)].sort(),
    evidence: rests.map((one) => ({ of: one.id, place: gene, says: one.measure.display })),
    methodNote: 'non-guideline inference',
  };
  if (effect.inhibitor && effect.inducer) {
    issues.push(
      issue('warning', 'phenoconversion-opposed', `${gene} is inhibited and induced at once: which wins is not known.`),
    );
    return { ...draft, value: { type: 'refused', reason: 'phenoconversion-opposed' } };
  }
  // A strong inhibitor leaves no activity whatever the genotype; all else needs one.
  if (known.length === 0 && effect.inhibitor !== 'strong') {
    return { ...draft, value: { type: 'refused', reason: 'gene-not-determined' } };
  }
  const from = known.length > 0 ? known : (['indeterminate'] as Phenotype[]);
  const standings = from.map((phenotype) => ({ phenotype: inferPhenotype(gene, phenotype, effect) }));
  return { ...draft, value: oneOrSet(phenotypeMembers(standings), why) };
}
