import type { Analysis, Dossier } from '../dossier/analysis.ts';
import { type Code, measure } from '../dossier/code.ts';
import type { Finding, FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { orList } from '../dossier/words.ts';
import { measures, oneOrSet } from './codes.ts';
import { findingsOf, ofGenotype, statesOf, statesUnderOthers, strengthsOf, underDrugs } from './gene-states.ts';
import { type Applied, ChangesFile, type GeneState, statementsFor, supersededOn } from './guidance.ts';
import { type Entry, guidancePaths, readGuidance, sourceOf } from './guidance-files.ts';
import { parsedOnce } from './parsed-once.ts';
import { PhenotypeRules } from './phenotype.ts';

const changesFile = 'genomics/cpic-changes.json';
const phenotypeFile = 'genomics/phenotype.json';
const listed = ['active-medication', 'planned-medication', 'unclear-medication'];
const read: readonly string[] = [...ofGenotype, ...underDrugs, 'hla-allele', 'diplotype'];
/** Which drugs convert a gene. */
const effects = ['enzyme-inhibition', 'enzyme-induction'];

/** How a gene is read: as the genotype says, as a guideline converts it for the drugs taken, or by inference too. */
type Reading = 'genotype' | 'guideline' | 'inference';

const measureOf: Record<Reading, Code> = {
  guideline: measures.drugGuidance,
  genotype: measure('drug-guidance-genotype', 'Drug guidance by genotype alone'),
  inference: measure('drug-guidance-inferred', 'Drug guidance by non-guideline inference'),
};

/**
 * Possible phenotypes and scores of the pharmacogenes -> for each drug every statement that may apply. CYP2D6 is read as
 * the guideline converts it for the drugs taken, so that no statement contradicts the plan; what the genotype alone would
 * say stands beside it, and what inference about other enzymes would say is a finding of its own.
 */
export const guidance: Analysis = {
  id: 'genomics.guidance',
  version: '2.1.0',
  title: 'Drug guidance by genotype and the drugs taken',
  makes: Object.values(measureOf).map(({ code }) => code),
  takes: [...read, ...effects, ...listed, 'medication-list'],
  knowledge: [...guidancePaths, changesFile, phenotypeFile],
  packs: [],
  peakMemoryMb: () => 16,
  method: 'drug-guidance.md',
  select(dossier) {
    const genes = given(dossier, read).map(({ id }) => id);
    if (genes.length === 0) return { selections: [], missing: [] };
    const drugs = given(dossier, [...effects, ...listed, 'medication-list']).map(({ id }) => id);
    return { selections: [{ title: 'from the pharmacogenes', inputs: { genes, drugs } }], missing: [] };
  },
  async run(inputs, _options, context) {
    const { entries, files } = readGuidance((path) => context.knowledge(path));
    const changes = parsedOnce(ChangesFile, context.knowledge(changesFile));
    const rules = parsedOnce(PhenotypeRules, context.knowledge(phenotypeFile));
    const used = new Set(Object.values(inputs).flat());
    const findings = context.dossier.findings.filter(({ id }) => used.has(id));
    const taken = new Set(
      findings.filter((one) => listed.includes(one.measure.code)).flatMap(({ site }) => site?.code ?? []),
    );
    const asked = { findings, rules, changes, genotyped: findings.some((one) => isGenotype(one)), taken };
    for (const entry of entries) {
      for (const reading of ['guideline', 'genotype', 'inference'] as const) {
        const draft = draftOf(entry, reading, asked);
        if (draft) context.emit.finding(draft);
      }
    }
    const covered = new Set(entries.map(({ drug }) => drug.drug));
    for (const one of files.flatMap((file) => file.notCovered)) {
      // A site may have brought the table that is missing here.
      if (!taken.has(one.drug) || covered.has(one.drug)) continue;
      context.emit.issue(
        issue('info', 'guidance-not-covered', `Nothing is said of ${one.drug} by genotype: ${one.why}.`, {
          remedy: `Read ${one.reference}.`,
        }),
      );
    }
  },
};

function given(dossier: Dossier, codes: readonly string[]): Finding[] {
  return dossier.findings.filter(({ measure }) => codes.includes(measure.code));
}

const isGenotype = ({ measure }: Finding) => (ofGenotype as readonly string[]).includes(measure.code);

interface Asked {
  findings: readonly Finding[];
  rules: PhenotypeRules;
  changes: ChangesFile;
  /** A genome was read: what it leaves open is worth saying of every drug, else only of those on the list. */
  genotyped: boolean;
  taken: ReadonlySet<string>;
}

/** Whether a guideline states the conversion of a gene; the others are inference. */
const convertedByGuideline = (gene: string) => gene === 'CYP2D6';

function draftOf(entry: Entry, reading: Reading, asked: Asked): FindingDraft | undefined {
  const { drug, file } = entry;
  const { findings, rules } = asked;
  const under = new Map(drug.genes.map((gene) => [gene, statesUnderOthers(gene, drug.drug, findings, rules)] as const));
  const isConverted = (gene: string) =>
    reading !== 'genotype' &&
    (under.get(gene) ?? []).length > 0 &&
    (reading === 'inference' || convertedByGuideline(gene));
  const converted = drug.genes.filter(isConverted);
  if (reading === 'inference' && converted.every(convertedByGuideline)) return undefined;
  // By genotype alone, and by inference, are worth a finding of their own only where the main one says something else.
  const changed = drug.genes.some((gene) => convertedByGuideline(gene) && (under.get(gene) ?? []).length > 0);
  if (reading === 'genotype' && !changed) return undefined;
  const alone = Object.fromEntries(drug.genes.map((gene) => [gene, statesOf(gene, findings, rules)]));
  const states = Object.fromEntries(
    drug.genes.map((gene) => [gene, isConverted(gene) ? under.get(gene)! : alone[gene]!]),
  );
  const own = drug.genes.flatMap((gene) =>
    findingsOf(gene, findings, isConverted(gene) ? [...underDrugs, ...ofGenotype] : ofGenotype),
  );
  const undetermined = drug.genes.filter((gene) => states[gene]!.length === 0);
  const issues = [
    ...undeterminedIssues(entry, undetermined),
    ...(converted.length > 0 && reading === 'guideline'
      ? [takenIssue(entry, converted, alone), ...carriedOver(entry)]
      : []),
    ...(reading === 'inference' ? inferenceIssues(own) : []),
    ...ownEffectIssues(drug, reading, findings),
    ...opposedIssues(drug, reading, findings),
    ...dated(entry, asked),
    ...passedOn(own),
  ];
  if (undetermined.length < drug.genes.length) {
    if (reading !== 'guideline') {
      const main = drug.genes.map((gene) => [gene, convertedByGuideline(gene) ? under.get(gene)! : []] as const);
      const read = Object.fromEntries(main.map(([gene, own]) => [gene, own.length > 0 ? own : alone[gene]!]));
      if (idsOf(entry, read) === idsOf(entry, states)) return undefined;
    }
    return stated(entry, states, own, { measure: measureOf[reading], issues }, converted.length > 0);
  }
  if (reading !== 'guideline' || file.guideline.body !== 'CPIC') return undefined;
  if (!asked.genotyped && !asked.taken.has(drug.drug)) return undefined;
  const rests = own.length > 0 ? own : findings.filter(isGenotype);
  return {
    ...common(entry),
    measure: measureOf.guideline,
    issues,
    derivedFrom: (rests.length > 0 ? rests : findings).map(({ id }) => id).sort(),
    value: { type: 'refused', reason: 'gene-not-determined' },
  };
}

/** The statements that states lead to, as one text. */
function idsOf({ drug, file }: Entry, states: Readonly<Record<string, readonly GeneState[]>>): string {
  return statementsFor(drug, states, file.guideline.body)
    .applied.map(({ statement }) => statement.id)
    .join(' ');
}

const ownEffect = (gene: string, drug: string, findings: readonly Finding[]) =>
  findings.some(
    (one) => effects.includes(one.measure.code) && one.site?.code === gene && (strengthsOf(one).get(drug) ?? '') !== '',
  );

/** What a drug does to the enzyme that clears it is part of the dose that its own guidance starts from. */
function ownEffectIssues({ drug, genes }: Entry['drug'], reading: Reading, findings: readonly Finding[]): Issue[] {
  if (reading !== 'guideline') return [];
  return genes
    .filter((gene) => ownEffect(gene, drug, findings))
    .map((gene) =>
      issue(
        'info',
        'own-effect',
        `What ${drug} itself does to ${gene} is not counted here: its own doses allow for it.`,
      ),
    );
}

/** A gene that the drugs taken inhibit and induce at once is read by genotype alone, which the statement must say. */
function opposedIssues({ genes }: Entry['drug'], reading: Reading, findings: readonly Finding[]): Issue[] {
  if (reading !== 'guideline') return [];
  return findings
    .filter((one) => one.measure.code === 'metabolizer-phenotype-adjusted' && genes.includes(one.site?.code ?? ''))
    .flatMap(({ issues }) => issues.filter(({ code }) => code === 'phenoconversion-opposed'));
}

/** What the drugs taken change, and what the genotype alone would have said. */
function takenIssue(
  { drug, file }: Entry,
  converted: readonly string[],
  genotype: Readonly<Record<string, readonly GeneState[]>>,
): Issue {
  const alone = statementsFor(drug, genotype, file.guideline.body).applied.map(
    ({ statement, under }) => `${statement.action} under ${underInWords(under)}`,
  );
  return issue(
    'warning',
    'under-drugs-taken',
    `${converted.join(', ')} is read as the drugs on the medication list leave it. By genotype alone: ${alone.join('; ') || 'no row'}.`,
    { remedy: 'Confirm the medication list; look again when it changes.' },
  );
}

/** The one guideline that says by what a score is multiplied; for a drug of another one the factor is carried over. */
const factorGuideline = 'PMID 33387367';

function carriedOver({ drug, file }: Entry): Issue[] {
  if (file.guideline.reference === factorGuideline) return [];
  return [
    issue(
      'info',
      'factor-carried-over',
      `What inhibitors do to the score is stated by CPIC's opioid guideline (${factorGuideline}); for ${drug.drug} it is carried over, and the strength is that of the statement by genotype.`,
    ),
  ];
}

function inferenceIssues(own: readonly Finding[]): Issue[] {
  const all = own.flatMap(({ issues }) =>
    issues.filter(({ code }) => /^(phenoconver|inhibitor-unverified)/.test(code)),
  );
  return [...new Map(all.map((one) => [one.message, one])).values()];
}

function common({ drug, file }: Entry) {
  return {
    site: { system: 'drug', code: drug.drug, display: drug.drug } as Code,
    // Whose reading it is: the bodies speak side by side. CPIC's is the one without a name.
    ...(file.guideline.body === 'CPIC' ? {} : { reader: file.guideline.body }),
  };
}

function stated(
  entry: Entry,
  states: Record<string, GeneState[]>,
  own: readonly Finding[],
  { measure, issues }: Pick<FindingDraft, 'measure' | 'issues'>,
  underDrugsTaken: boolean,
): FindingDraft {
  const { drug, file } = entry;
  const { body } = file.guideline;
  const { applied, without } = statementsFor(drug, states, body);
  const base = {
    ...common(entry),
    measure,
    issues,
    derivedFrom: own.map(({ id }) => id).sort(),
    methodNote: `${file.guideline.title}, ${file.guideline.version}${underDrugsTaken ? '; under the drugs taken' : ''}`,
  };
  if (without.length > 0) {
    issues.push(issue('warning', 'no-guidance-row', `The table of ${drug.drug} has no row for ${without.join('; ')}.`));
  }
  if (applied.length === 0) return { ...base, value: { type: 'refused', reason: 'no-guidance-row' } };
  if (new Set(applied.map(({ statement }) => statement.action)).size > 1) {
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
  if (applied.some(({ statement }) => !statement.verified)) {
    issues.push(
      issue('warning', 'guidance-unverified', `Nobody held this statement on ${drug.drug} against its source.`, {
        remedy: `Read the ${body} label before it is used; it makes no plan line.`,
      }),
    );
  }
  const basis =
    own.find((one) => underDrugsTaken && one.measure.code === 'metabolizer-phenotype-adjusted') ??
    own.find((one) => one.measure.code === 'metabolizer-phenotype') ??
    own[0]!;
  return {
    ...base,
    codes: [...codesOf(entry, applied), ...statesAsCodes(issues)],
    value: oneOrSet(
      applied.map(({ statement }) => ({
        value: {
          type: 'code' as const,
          code: {
            system: 'idiograph',
            code: statement.id,
            display: `${statement.statement.replace(/\.$/, '')} (${body}: ${statement.strengths.join('; ')})`,
          },
        },
      })),
      'the genotype leaves more than one possibility',
    ),
    evidence: applied.map(({ statement, under }) => ({
      of: basis.id,
      place: `${underInWords(under)}${underDrugsTaken ? ' (under the drugs taken)' : ''}`,
      says: `${statement.id}: ${statement.action}; ${body} ${statement.strengths.join('; ')}; ${body}${drug.level ? ` level ${drug.level}` : ''}, ${file.guideline.version}, ${file.guideline.reference}, table of ${file.tableDate}`,
    })),
  };
}

/** States that differ in the score alone stand as one: `CYP2D6 Intermediate Metabolizer (score 0.25 or 0.5)`. */
function underInWords(under: readonly string[]): string {
  const score = / \(score ([\d.]+)\)/;
  const groups = Map.groupBy(under, (text) => text.replace(score, ' (score)'));
  const words = [...groups].map(([key, texts]) => {
    const scores = texts.flatMap((text) => score.exec(text)?.[1] ?? []);
    return scores.length === 0 ? key : key.replace(' (score)', ` (score ${orList(scores)})`);
  });
  return words.join('; ');
}

/** Actions, strengths, body and source as codes, for rules; a statement that nobody verified offers none of its actions. */
function codesOf({ file }: Entry, applied: readonly Applied[]): Code[] {
  const code = (system: string, text: string, display = text): Code => ({ system, code: text, display });
  const verified = applied.every(({ statement }) => statement.verified);
  const actions = verified ? [...new Set(applied.map(({ statement }) => statement.action))] : ['unverified'];
  const strengths = [...new Set(applied.flatMap(({ statement }) => statement.strengths))];
  return [
    ...actions.map((action) => code('guidance-action', action)),
    ...strengths.map((strength) => code('guidance-strength', strength)),
    code('guidance-body', file.guideline.body),
    code('guidance-source', file.guideline.reference, `${file.guideline.title}: ${sourceOf(file)}`),
  ];
}

/** What rules must know of a statement besides its action. */
function statesAsCodes(issues: readonly Issue[]): Code[] {
  const states = ['guidance-differs', 'superseded-upstream', 'guidance-old', 'under-drugs-taken'];
  return states
    .filter((state) => issues.some(({ code }) => code === state))
    .map((state) => ({ system: 'guidance-state', code: state, display: state }));
}

/** What limits a gene limits every statement that rests on it. */
const limiting = new Set([
  'cyp2d6-snv-only',
  'could-also-be',
  'definitions-reduced',
  'outside-call-conflict',
  'outside-calls-disagree',
  'copy-number-conflict',
]);

function passedOn(genes: readonly Finding[]): Issue[] {
  const phenotypes = genes.filter(({ measure }) => measure.code === 'metabolizer-phenotype');
  const all = phenotypes.flatMap(({ issues }) =>
    issues.filter(({ code, severity }) => severity === 'error' || limiting.has(code)),
  );
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function undeterminedIssues({ drug }: Entry, undetermined: readonly string[]): Issue[] {
  return undetermined.map((gene) =>
    gene.startsWith('HLA-')
      ? issue('warning', 'hla-not-tested', `${gene} is not tested: this says nothing for or against ${drug.drug}.`, {
          remedy: `Type it before a first dose of ${drug.drug} where ancestry puts the person at risk; ask where it is unknown.`,
        })
      : issue(
          'warning',
          'gene-not-determined',
          `${gene} is not determined: this says nothing for or against ${drug.drug}.`,
          { remedy: `Determine ${gene} before ${drug.drug} is dosed by genotype.` },
        ),
  );
}

/** How old the table is, whether the body has changed it since, and whom its notes are about. */
function dated({ drug, file }: Entry, { changes, findings }: Asked): Issue[] {
  const issues: Issue[] = [];
  const newer = file.guideline.body === 'CPIC' ? supersededOn(drug.drug, file.tableDate, changes) : undefined;
  if (newer) {
    issues.push(
      issue(
        'warning',
        'superseded-upstream',
        `CPIC changed its recommendation for ${drug.drug}: superseded upstream on ${newer}.`,
        { remedy: 'Read the current guideline before this statement is used.' },
      ),
    );
  } else {
    const log = file.guideline.body === 'CPIC' ? `; the change log through ${changes.through} has no newer entry` : '';
    issues.push(issue('info', 'guidance-date', `Table of ${file.tableDate}${log}.`));
  }
  const latest = findings.find(({ measure }) => measure.code === 'medication-list')?.time;
  if (latest !== undefined && monthsBetween(changes.through, latest) > 12) {
    issues.push(
      issue(
        'warning',
        'guidance-old',
        `The medication list is of ${latest.slice(0, 10)}; changes of guidance were last looked for on ${changes.through}.`,
        { remedy: 'Load a newer release with --knowledge before a statement is used.' },
      ),
    );
  }
  for (const note of drug.notes) {
    issues.push(issue('info', 'population-note', `${note.population}: ${note.statement} (${note.source})`));
  }
  return issues;
}

function monthsBetween(from: string, to: string): number {
  const months = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7) || '1');
  return months(to) - months(from);
}
