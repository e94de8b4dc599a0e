import type { Code } from '../dossier/code.ts';
import type { FindingDraft, Value } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { GeneCall } from './call.ts';
import { geneCode, loinc, measures, oneOrSet, phenotypeMeasure, phenotypeMembers, scoreMembers } from './codes.ts';
import { pairName } from './match.ts';
import { inOrder, type OutsideGene, standingsOutside } from './outside.ts';
import { type AlleleFunctions, hasActivityScore, type PhenotypeRules, phenotypes, type Standing } from './phenotype.ts';

/**
 * Findings of one gene from outside calls. They stand in the place of our own call, marked `outside-call`; where that
 * call contradicts them it is said (`outside-call-conflict`). `own`: our call and its evidence, if there is a genome.
 */
export function outsideFindings(
  outside: OutsideGene,
  own: { call: GeneCall; evidence: NonNullable<FindingDraft['evidence']>; source: string } | undefined,
  functions: AlleleFunctions,
  rules: PhenotypeRules,
): FindingDraft[] {
  const { gene, facts, tools, diplotypes } = outside;
  const { standings, issues } = standingsOutside(outside, functions, rules);
  const told = issue('info', 'outside-call', `${gene} was called by ${tools.join(' and ')}, not here.`);
  const conflict = own && conflictOf(outside, standings, own.call);
  const common = {
    site: geneCode(gene),
    issues: [told, ...(conflict ? [conflict] : []), ...outside.issues, ...issues],
    derivedFrom: [...facts.map(({ id }) => id), ...(own ? [own.source] : [])],
    evidence: [
      ...facts.map((fact) => ({ of: fact.id, place: fact.place, says: saysOf(fact) })),
      ...(own?.evidence ?? []),
    ],
    methodNote: `outside call of ${tools.join(', ')}`,
  };
  const refuse = (reason: string): Value => ({ type: 'refused', reason });
  const members = diplotypes.map((name) => ({
    value: { type: 'code' as const, code: { system: 'star-allele', code: name, display: name } },
  }));
  const why = 'the outside calls leave it open';
  const made: FindingDraft[] = [
    {
      measure: measures.diplotype,
      codes: [loinc.diplotype],
      ...common,
      value: members.length > 0 ? oneOrSet(members, why) : refuse('outside-call-without-diplotype'),
    },
  ];
  if (hasActivityScore(gene)) {
    const scored = standings.filter(({ score }) => score !== undefined);
    const value = scored.length > 0 ? oneOrSet(scoreMembers(scored), why) : refuse('outside-call-without-score');
    made.push({ measure: measures.activityScore, ...common, value });
  }
  const risks = gene === 'MT-RNR1' ? diplotypes.map(hearingRisk) : [];
  if (standings.length > 0) {
    made.push({ ...phenotypeMeasure(gene), ...common, value: oneOrSet(phenotypeMembers(standings), why) });
  } else if (risks.length > 0) {
    const distinct = [
      ...new Map(risks.map((code) => [code.code, { value: { type: 'code' as const, code } }])).values(),
    ];
    made.push({
      measure: { ...measures.phenotype, display: 'Risk of hearing loss' },
      ...common,
      value: oneOrSet(distinct, why),
    });
  }
  return made;
}

function saysOf({ value }: OutsideGene['facts'][number]): string {
  return value?.type === 'text' ? value.text : value?.type === 'quantity' ? `activity score ${value.value}` : 'stated';
}

/**
 * Where our own call excludes the outside one. CYP2D6 from small variants has no copies and no hybrids, so there the
 * scores are compared; elsewhere the pairs, those in another phase and behind unknown positions included.
 */
function conflictOf(
  { gene, diplotypes, tools }: OutsideGene,
  standings: readonly Standing[],
  call: GeneCall,
): Issue | undefined {
  const { match, possible } = call;
  if (match.state !== 'called') return undefined;
  const pairs = [...match.top, ...match.otherPhase, ...match.hiddenCommon, ...match.hiddenRare].map((pair) =>
    inOrder(gene, pairName(pair)),
  );
  const agrees =
    gene === 'CYP2D6' || diplotypes.length === 0
      ? standings.length === 0 ||
        standings.some((one) =>
          possible.some(
            (ours) => (one.score === undefined || ours.score === one.score) && ours.phenotype === one.phenotype,
          ),
        )
      : diplotypes.some((one) => pairs.includes(one));
  if (agrees) return undefined;
  const ours = match.top.slice(0, 4).map(pairName).join(' or ');
  const theirs = diplotypes.join(' or ') || standings.map(({ phenotype }) => phenotypes[phenotype]).join(' or ');
  return issue(
    'warning',
    'outside-call-conflict',
    `${tools.join(' and ')} calls ${gene} ${theirs}; the genotypes of the file say ${ours}. The outside call was used.`,
    { remedy: 'Find out whether both are of this patient and which of them looks at copies and hybrids.' },
  );
}

/** Alleles of MT-RNR1 by risk of hearing loss under aminoglycosides (CPIC 2021, PMID 34032273, table 1). */
const increased = new Set(['1095T>C', '1494C>T', '1555A>G']);
const usual = new Set(['Reference', '827A>G']);

function hearingRisk(diplotype: string): Code {
  const alleles = diplotype.split('/').map((one) => one.replace(/^m\./, ''));
  const degree = alleles.some((one) => increased.has(one))
    ? 'increased'
    : alleles.every((one) => usual.has(one))
      ? 'normal'
      : 'uncertain';
  const display = `${degree} risk of aminoglycoside-induced hearing loss`;
  return { system: 'idiograph', code: display.replaceAll(' ', '-'), display };
}
