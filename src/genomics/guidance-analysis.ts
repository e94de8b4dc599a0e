import type { Analysis, Dossier } from '../dossier/analysis.ts';
import type { Finding, FindingDraft } from '../dossier/finding.ts';
import type { Issue } from '../dossier/issue.ts';
import { issue } from '../dossier/issue.ts';
import { measures, oneOrSet, statedMembers } from './codes.ts';
import {
  ChangesFile,
  type DrugGuidance,
  type GeneState,
  GuidanceFile,
  notDetermined,
  statementsFor,
  supersededOn,
} from './guidance.ts';
import { type Phenotype, PhenotypeRules, phenotypeOfScore } from './phenotype.ts';

const guidanceFile = 'genomics/guidance.json';
const changesFile = 'genomics/cpic-changes.json';
const phenotypeFile = 'genomics/phenotype.json';

/**
 * Possible phenotypes and scores of the pharmacogenes -> one finding a drug with every statement that may apply. A gene
 * whose activity the drugs taken change (CYP2D6) is read as changed, so that no statement contradicts the plan; what the
 * genotype alone would say stands beside it.
 */
export const guidance: Analysis = {
  id: 'genomics.guidance',
  version: '1.1.0',
  title: 'Drug guidance by genotype and the drugs taken',
  makes: ['drug-guidance'],
  takes: ['metabolizer-phenotype', 'activity-score', 'metabolizer-phenotype-adjusted', 'activity-score-adjusted'],
  knowledge: [guidanceFile, changesFile, phenotypeFile],
  packs: [],
  peakMemoryMb: () => 8,
  method: 'drug-guidance.md',
  select(dossier) {
    const inputs = geneFindings(dossier).map(({ id }) => id);
    if (inputs.length === 0) return { selections: [], missing: [] };
    return { selections: [{ title: 'from the pharmacogenes', inputs: { genes: inputs } }], missing: [] };
  },
  async run(inputs, _options, context) {
    const { drugs, guidelines } = GuidanceFile.parse(context.knowledge(guidanceFile));
    const changes = ChangesFile.parse(context.knowledge(changesFile));
    const rules = PhenotypeRules.parse(context.knowledge(phenotypeFile));
    const used = new Set(inputs['genes']);
    const findings = geneFindings(context.dossier).filter(({ id }) => used.has(id));
    for (const drug of drugs) {
      const guideline = guidelines[drug.guideline]!;
      context.emit.finding(draftOf(drug, guideline, findings, changes, rules));
    }
  },
};

function geneFindings(dossier: Dossier): Finding[] {
  return dossier.findings.filter(({ measure }) =>
    /^(?:metabolizer-phenotype|activity-score)(?:-adjusted)?$/.test(measure.code),
  );
}

const isAdjusted = ({ measure }: Finding) => measure.code.endsWith('-adjusted');

/** The states of one gene, read back from its findings: by score where there are scores, else by phenotype. */
function statesOf(
  gene: string,
  findings: readonly Finding[],
  rules: PhenotypeRules,
  from: 'drugs-taken' | 'genotype',
): GeneState[] {
  const own = findings.filter((one) => one.site?.code === gene);
  const adjusted = from === 'drugs-taken' && own.some(isAdjusted);
  const of = (measure: string) =>
    statedMembers(own.find((one) => one.measure.code === (adjusted ? `${measure}-adjusted` : measure))?.value);
  const bands = gene === 'CYP2D6' ? rules.scoreBandsCYP2D6 : rules.scoreBandsCYP2C9;
  const states = of('activity-score').map(
    (value): GeneState =>
      value.type === 'quantity'
        ? { score: value.value, phenotype: phenotypeOfScore(value.value, bands) }
        : { score: null, phenotype: 'indeterminate' },
  );
  if (states.length > 0) return states;
  const byPhenotype = of('metabolizer-phenotype').flatMap((value): GeneState[] =>
    value.type === 'code' ? [{ phenotype: value.code.code as Phenotype }] : [],
  );
  return byPhenotype.length > 0 ? byPhenotype : [notDetermined];
}

function draftOf(
  drug: DrugGuidance,
  guideline: GuidanceFile['guidelines'][string],
  findings: readonly Finding[],
  changes: ChangesFile,
  rules: PhenotypeRules,
): FindingDraft {
  const own = findings.filter(({ site }) => site !== undefined && drug.genes.includes(site.code));
  const statesFrom = (from: 'drugs-taken' | 'genotype') =>
    Object.fromEntries(drug.genes.map((gene) => [gene, statesOf(gene, findings, rules, from)]));
  const states = statesFrom('drugs-taken');
  const undetermined = drug.genes.filter((gene) => states[gene]!.every((state) => state === notDetermined));
  const adjusted = own.filter(isAdjusted);
  const issues = [
    ...issuesOf(drug, undetermined, changes),
    ...(adjusted.length > 0 ? [adjustedIssue(drug, adjusted, statesFrom('genotype'))] : []),
    ...passedOn(own),
  ];
  const common = {
    measure: measures.drugGuidance,
    site: { system: 'drug', code: drug.drug, display: drug.drug },
    issues,
    derivedFrom: (own.length > 0 ? own : findings).map(({ id }) => id).sort(),
  };
  if (undetermined.length === drug.genes.length) {
    return { ...common, value: { type: 'refused', reason: 'gene-not-determined' } };
  }
  const { applied, without } = statementsFor(drug, states);
  if (without.length > 0) {
    issues.push(issue('warning', 'no-guidance-row', `The table of ${drug.drug} has no row for ${without.join('; ')}.`));
  }
  if (applied.length === 0) return { ...common, value: { type: 'refused', reason: 'no-guidance-row' } };
  if (applied.length > 1 && new Set(applied.map(({ statement }) => statement.action)).size > 1) {
    issues.push(
      issue(
        'warning',
        'guidance-differs',
        `What to do about ${drug.drug} depends on which member of the set is true.`,
        {
          remedy: 'Narrow the genotype (see the issues of the gene) before it decides alone.',
        },
      ),
    );
  }
  const basis =
    own.find(({ measure }) => measure.code === 'metabolizer-phenotype-adjusted') ??
    own.find(({ measure }) => measure.code === 'metabolizer-phenotype') ??
    own[0]!;
  const graded = `${guideline.body} level ${drug.level}, ${guideline.version}, PMID ${guideline.pmid}, table of ${drug.tableDate}`;
  return {
    ...common,
    value: oneOrSet(
      applied.map(({ statement }) => ({
        value: {
          type: 'code' as const,
          code: {
            system: 'idiograph',
            code: statement.id,
            display: `${statement.statement} (${guideline.body}: ${statement.strength})`,
          },
        },
      })),
      'the genotype leaves more than one possibility',
    ),
    evidence: applied.map(({ statement, under }) => ({
      of: basis.id,
      place: `${under.join('; ')}${adjusted.length > 0 ? ' (under the drugs taken)' : ''}`,
      says: `${statement.id}: ${statement.action}; ${guideline.body} ${statement.strength}; ${graded}`,
    })),
    methodNote: `${guideline.title}, ${guideline.version}${adjusted.length > 0 ? '; under the drugs taken' : ''}`,
  };
}

/** What the drugs taken change, and what the genotype alone would have said. */
function adjustedIssue(
  drug: DrugGuidance,
  adjusted: readonly Finding[],
  genotype: Readonly<Record<string, readonly GeneState[]>>,
): Issue {
  const genes = [...new Set(adjusted.flatMap(({ site }) => site?.code ?? []))].join(', ');
  const alone = statementsFor(drug, genotype).applied.map(({ statement }) => `${statement.id}: ${statement.action}`);
  return issue(
    'warning',
    'under-drugs-taken',
    `${genes} is read as the drugs on the medication list leave it. By genotype alone: ${alone.join('; ') || 'no row'}.`,
    { remedy: 'Confirm the medication list; look again when it changes.' },
  );
}

/** What limits a gene limits every statement that rests on it. */
const limiting = new Set(['cyp2d6-snv-only', 'could-also-be', 'definitions-reduced']);

function passedOn(genes: readonly Finding[]): Issue[] {
  const phenotypes = genes.filter(({ measure }) => measure.code === 'metabolizer-phenotype');
  return phenotypes.flatMap(({ issues }) =>
    issues.filter(({ code, severity }) => severity === 'error' || limiting.has(code)),
  );
}

function issuesOf(drug: DrugGuidance, undetermined: readonly string[], changes: ChangesFile): Issue[] {
  const issues: Issue[] = undetermined.map((gene) =>
    issue(
      'warning',
      'gene-not-determined',
      `${gene} is not determined: this says nothing for or against ${drug.drug}.`,
      {
        remedy: `Determine ${gene} before ${drug.drug} is dosed by genotype.`,
      },
    ),
  );
  const newer = supersededOn(drug, changes);
  if (newer) {
    issues.push(
      issue(
        'warning',
        'superseded-upstream',
        `CPIC changed its recommendation for ${drug.drug}: superseded upstream on ${newer}.`,
        {
          remedy: 'Read the current guideline before this statement is used.',
        },
      ),
    );
  } else {
    issues.push(
      issue(
        'info',
        'guidance-date',
        `Table of ${drug.tableDate}; the change log through ${changes.through} has no newer entry.`,
      ),
    );
  }
  for (const note of drug.notes) {
    issues.push(issue('info', 'population-note', `${note.population}: ${note.statement} (${note.source})`));
  }
  return issues;
}
