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

/** Possible phenotypes and scores of the pharmacogenes -> one finding a drug with every statement that may apply. */
export const guidance: Analysis = {
  id: 'genomics.guidance',
  version: '1.0.0',
  title: 'Drug guidance by genotype',
  makes: ['drug-guidance'],
  takes: ['metabolizer-phenotype', 'activity-score'],
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
  return dossier.findings.filter(
    ({ measure }) => measure.code === 'metabolizer-phenotype' || measure.code === 'activity-score',
  );
}

/** The states of one gene, read back from its findings: by score where there are scores, else by phenotype. */
function statesOf(gene: string, findings: readonly Finding[], rules: PhenotypeRules): GeneState[] {
  const of = (measure: string) =>
    statedMembers(findings.find((one) => one.site?.code === gene && one.measure.code === measure)?.value);
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
  const states = Object.fromEntries(drug.genes.map((gene) => [gene, statesOf(gene, findings, rules)]));
  const undetermined = drug.genes.filter((gene) => states[gene]!.every((state) => state === notDetermined));
  const issues = [...issuesOf(drug, undetermined, changes), ...passedOn(own)];
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
  const basis = own.find(({ measure }) => measure.code === 'metabolizer-phenotype') ?? own[0]!;
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
      place: under.join('; '),
      says: `${statement.id}: ${statement.action}; ${guideline.body} ${statement.strength}; ${graded}`,
    })),
    methodNote: `${guideline.title}, ${guideline.version}`,
  };
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
