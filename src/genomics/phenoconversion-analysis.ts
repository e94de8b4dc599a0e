import type { Analysis, Dossier } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { Finding, FindingDraft } from '../dossier/finding.ts';
import { issue } from '../dossier/issue.ts';
import { geneCode, oneOrSet, phenotypeMembers, scoreMembers, statedMembers } from './codes.ts';
import { convertCyp2d6, type InhibitorStrength } from './phenoconversion.ts';
import { PhenotypeRules, phenotypeOfScore, type Standing } from './phenotype.ts';

const phenotypeFile = 'genomics/phenotype.json';
const gene = 'CYP2D6';

/** CYP2D6 activity under the inhibitors on the medication list: each member of the genotype's set by itself. */
export const phenoconversion: Analysis = {
  id: 'genomics.phenoconversion',
  version: '1.0.0',
  title: 'CYP2D6 under the drugs taken',
  makes: ['activity-score-adjusted', 'metabolizer-phenotype-adjusted'],
  takes: ['activity-score', 'metabolizer-phenotype', 'enzyme-inhibition'],
  knowledge: [phenotypeFile],
  packs: [],
  peakMemoryMb: () => 2,
  method: 'drug-guidance.md',
  select(dossier) {
    const score = find(dossier, 'activity-score');
    const inhibition = strongest(dossier);
    if (!score || score.value.type === 'refused' || !inhibition) return { selections: [], missing: [] };
    return {
      selections: [{ title: 'CYP2D6', inputs: { score: [score.id], inhibition: [inhibition.id] } }],
      missing: [],
    };
  },
  async run(inputs, _options, context) {
    const given = (role: string) => context.dossier.findings.find(({ id }) => id === inputs[role]?.[0])!;
    const rules = PhenotypeRules.parse(context.knowledge(phenotypeFile));
    for (const draft of adjusted(given('score'), given('inhibition'), rules)) context.emit.finding(draft);
  },
};

function find(dossier: Dossier, code: string): Finding | undefined {
  return dossier.findings.find((one) => one.measure.code === code && one.site?.code === gene);
}

const counts = (text: string): text is InhibitorStrength => text === 'strong' || text === 'moderate';

/** The inhibition finding when it changes anything: weak inhibitors and none leave the genotype as it is. */
function strongest(dossier: Dossier): Finding | undefined {
  const finding = find(dossier, 'enzyme-inhibition');
  return finding?.value.type === 'code' && counts(finding.value.code.code) ? finding : undefined;
}

function adjusted(score: Finding, inhibition: Finding, rules: PhenotypeRules): FindingDraft[] {
  if (inhibition.value.type !== 'code' || !counts(inhibition.value.code.code)) return [];
  const strength = inhibition.value.code.code;
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
  const issues = [
    issue(
      'info',
      'phenoconverted',
      `Genotype scores times ${converted.multiplier}: ${inhibition.value.code.display}.`,
      {
        remedy: 'It holds while the drug is taken and for its washout; look again when the medication list changes.',
      },
    ),
    ...score.issues.filter(({ code }) => code === 'cyp2d6-snv-only' || code === 'could-also-be'),
    ...inhibition.issues,
  ];
  const common = {
    site: geneCode(gene),
    ...(inhibition.time === undefined ? {} : { time: inhibition.time }),
    issues,
    derivedFrom: [score.id, inhibition.id].sort(),
    evidence: [
      { of: score.id, place: 'activity score', says: scores.join(', ') },
      { of: inhibition.id, place: gene, says: `${strength}: x ${converted.multiplier} (CPIC 2021, PMID 33387367)` },
    ],
    methodNote: converted.basis,
  };
  const why = 'the genotype leaves more than one possibility';
  return [
    {
      measure: measure('activity-score-adjusted', 'Activity score under the drugs taken'),
      ...common,
      value: oneOrSet(scoreMembers(standings), why),
    },
    {
      measure: measure('metabolizer-phenotype-adjusted', 'Metabolizer phenotype under the drugs taken'),
      ...common,
      value: oneOrSet(phenotypeMembers(standings), why),
    },
  ];
}
