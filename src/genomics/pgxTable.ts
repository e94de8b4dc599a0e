import type { Dossier } from '../dossier/analysis.ts';
import type { Finding } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { members, numbersOf } from '../dossier/words.ts';
import { knownStatements } from './guidance-files.ts';

/** One gene as scripts read it: everything that is possible, the likeliest first. */
export interface PgxGene {
  /** In PharmCAT's spelling; `posterior` only where a named frequency table gives one. Empty when there is no call. */
  diplotypes: { name: string; posterior?: number }[];
  /** `null`: an allele without an assigned value. Absent for genes without scores. */
  activityScores?: (number | null)[];
  phenotypes: string[];
  evidence: { place: string; says?: string }[];
  issues: Issue[];
}

/** One statement about one drug. A drug whose genes leave several statements open has several entries. */
export interface PgxDrug {
  drug: string;
  genes: string[];
  /** The states of the genes under which the statement holds. */
  phenotypes: string[];
  class: string;
  strength: string;
  source: string;
  statement: string;
  /** What limits the statement: its table is older than a change upstream, another possibility says something else. */
  issues?: Issue[];
  /** What it comes to under the drugs taken, side by side with the genotype. */
  phenoconverted?: { phenotypes: string[]; class: string[]; strength: string[]; because: string[] };
}

/** A medicine of the list with a guideline, of which no gene was determined: nothing is said for or against it. */
export interface PgxUndetermined {
  drug: string;
  issues: Issue[];
}

export interface PgxResult {
  sample: string | null;
  build: string | null;
  genes: Record<string, PgxGene>;
  drugs: PgxDrug[];
  /** Medicines of the list that stand open for want of a gene (HLA not typed). Absent where there is none. */
  notDetermined?: PgxUndetermined[];
  /** Trouble that belongs to no single gene: the file, the medication list. Absent when there is none. */
  issues?: Issue[];
}

/**
 * Genes, drugs and trouble of one dossier in the form that `idiograph pgx --json` prints; sorted by gene and drug.
 * `knowledgeDirectory`: of the site, whose statements go before those that ship.
 */
export function pgxResult(dossier: Dossier, knowledgeDirectory?: string): PgxResult {
  const known = knownStatements(knowledgeDirectory);
  const of = (measure: string) => dossier.findings.filter((one) => one.measure.code === measure && one.site);
  const diplotypes = of('diplotype');
  const sourceIds = new Set(diplotypes.flatMap(({ derivedFrom }) => derivedFrom));
  const genomes = dossier.sources.filter(({ format, modality }) => format === 'vcf' && modality === 'genome');
  const genome = genomes.find(({ id }) => sourceIds.has(id)) ?? genomes[0];
  const genes = [...new Set([...diplotypes, ...of('metabolizer-phenotype')].map(({ site }) => site!.code))].sort();
  const issues = [...nothingCalled(diplotypes), ...troubleOf(dossier, genome?.id)];
  const medicines = new Set(
    of('active-medication')
      .concat(of('planned-medication'), of('unclear-medication'))
      .map(({ site }) => site!.code),
  );
  const open = of('drug-guidance')
    .filter(({ value }) => value.type === 'refused' && value.reason === 'gene-not-determined')
    // Many guidelines stand open in any genome: only the medicines of the list are worth a line.
    .filter(({ site }) => medicines.has(site!.code))
    .map((one) => ({ drug: one.site!.code, issues: one.issues.filter(({ code }) => notDetermined.has(code)) }))
    .sort((a, b) => (a.drug < b.drug ? -1 : 1));
  return {
    sample: genome?.locator['sample'] ?? null,
    build: buildOf(genome?.metadata['build'], diplotypes),
    genes: Object.fromEntries(genes.map((gene) => [gene, geneOf(gene, dossier.findings)])),
    drugs: of('drug-guidance')
      .sort((a, b) => (drugKey(a) < drugKey(b) ? -1 : 1))
      .flatMap((finding) => {
        // The main finding reads CYP2D6 as the drugs taken leave it; the genotype alone is then one of its own.
        const beside = (measure: string) => of(measure).find((one) => drugKey(one) === drugKey(finding));
        const alone = beside('drug-guidance-genotype');
        return drugsOf(alone ?? finding, beside('drug-guidance-inferred') ?? (alone && finding), known);
      }),
    ...(open.length > 0 ? { notDetermined: open } : {}),
    ...(issues.length > 0 ? { issues } : {}),
  };
}

/** The declared build, else the one that the analysis read from the reference bases. */
function buildOf(declared: unknown, findings: readonly Finding[]): string | null {
  if (typeof declared === 'string') return declared;
  const told = findings.flatMap(({ issues }) => issues).find(({ code }) => code === 'vcf-build-from-bases');
  return /\b(GRCh3[78]) by its bases/.exec(told?.message ?? '')?.[1] ?? null;
}

function geneOf(gene: string, findings: readonly Finding[]): PgxGene {
  const of = (measure: string) => findings.find((one) => one.measure.code === measure && one.site?.code === gene);
  const diplotype = of('diplotype');
  const score = of('activity-score');
  const phenotype = of('metabolizer-phenotype');
  const shown = [diplotype, phenotype].filter((one) => one !== undefined);
  const issues = new Map(shown.flatMap((one) => one.issues).map((one) => [JSON.stringify(one), one]));
  return {
    diplotypes: rankedNames(diplotype),
    ...(score ? { activityScores: scoresOf(score) } : {}),
    phenotypes: phenotype ? members(phenotype).map(({ display }) => display) : [],
    evidence: (diplotype?.evidence ?? []).map(({ place, says }) => ({
      place,
      ...(says === undefined ? {} : { says }),
    })),
    issues: [...issues.values()],
  };
}

function rankedNames(finding: Finding | undefined): PgxGene['diplotypes'] {
  if (finding?.value.type === 'code') return [{ name: finding.value.code.code }];
  if (finding?.value.type !== 'set') return [];
  const named = finding.value.members.flatMap(({ value, weight }) =>
    value.type === 'code' ? [{ name: value.code.code, ...(weight === undefined ? {} : { posterior: weight }) }] : [],
  );
  // A stable sort: where nothing weighs them the order of the call stays.
  return named.sort((a, b) => (b.posterior ?? 0) - (a.posterior ?? 0));
}

function scoresOf(finding: Finding): (number | null)[] {
  const unassigned = members(finding).some(({ number }) => number === undefined);
  return [...numbersOf(finding), ...(unassigned ? [null] : [])];
}

/** CPIC, which names no reader, before the others. */
const drugKey = ({ site, reader = '' }: Finding) => `${site!.code}|${reader}`;

type Known = ReturnType<typeof knownStatements>;

const notDetermined = new Set(['hla-not-tested', 'gene-not-determined']);
/** What belongs to the statement; what limits a gene stands with the gene. */
const ofStatement = new Set([
  'superseded-upstream',
  'guidance-old',
  'guidance-differs',
  'guidance-unverified',
  'no-guidance-row',
  'population-note',
  'phenoconversion-opposed',
  'outside-call-conflict',
  'outside-calls-disagree',
  'copy-number-conflict',
  ...notDetermined,
]);

function drugsOf(finding: Finding, converted: Finding | undefined, known: Known): PgxDrug[] {
  const under = (code: string, { evidence = [] }: Finding) =>
    evidence.filter(({ says }) => says?.startsWith(`${code}:`)).flatMap(({ place }) => place.split('; '));
  return members(finding).flatMap(({ code }): PgxDrug[] => {
    const statement = code === undefined ? undefined : known.get(code);
    if (code === undefined || statement === undefined) return [];
    const phenotypes = under(code, finding);
    const limits = finding.issues.filter((one) => ofStatement.has(one.code));
    return [
      {
        drug: finding.site!.code,
        genes: genesIn(phenotypes),
        phenotypes,
        class: statement.verified ? statement.action : 'unverified',
        strength: statement.strengths.join('; '),
        source: statement.source,
        statement: statement.statement,
        ...(limits.length > 0 ? { issues: limits } : {}),
        ...(converted ? { phenoconverted: convertedOf(converted) } : {}),
      },
    ];
  });

  function convertedOf(other: Finding): PgxDrug['phenoconverted'] {
    const codes = members(other).flatMap(({ code }) => code ?? []);
    const statements = codes.flatMap((code) => known.get(code) ?? []);
    const distinct = (words: readonly string[]) => [...new Set(words)];
    return {
      phenotypes: distinct(codes.flatMap((code) => under(code, other))),
      class: distinct(statements.map(({ action, verified }) => (verified ? action : 'unverified'))),
      strength: distinct(statements.flatMap(({ strengths }) => strengths)),
      because: other.issues
        .filter(({ code }) =>
          /^(phenoconver|inhibitor-unverified|under-drugs-taken|factor-carried-over|own-effect)/.test(code),
        )
        .map(({ message }) => message),
    };
  }
}

/** `CYP2D6 Poor Metabolizer (score 0), CYP2C19 ...` -> the genes. */
function genesIn(states: readonly string[]): string[] {
  const words = states.flatMap((state) => state.split(', ').map((part) => part.split(' ')[0]!));
  return [...new Set(words.filter((word) => /^[A-Z][A-Z0-9-]+(\*[\d:]+)?$/.test(word)))].sort();
}

/** Why no gene was called, where none was: the trouble that all of them share, else that no position was read. */
function nothingCalled(diplotypes: readonly Finding[]): Issue[] {
  if (diplotypes.length === 0 || diplotypes.some(({ value }) => value.type !== 'refused')) return [];
  const [first, ...others] = diplotypes;
  const shared = first!.issues.filter(
    (one) =>
      one.code !== 'gene-not-covered' &&
      one.severity === 'error' &&
      others.every(({ issues }) => issues.some(({ code }) => code === one.code)),
  );
  if (shared.length > 0) return shared;
  const remedy = 'Export a VCF or gVCF in which the pharmacogene positions are written, the usual bases too.';
  const reasons = new Set(diplotypes.map(({ value }) => (value.type === 'refused' ? value.reason : '')));
  const message =
    reasons.has('gene-not-covered') && reasons.size === 1
      ? 'The file writes none of the pharmacogene positions: nothing is called.'
      : 'No gene could be called; each says why.';
  return [issue('warning', 'nothing-called', message, { remedy })];
}

/** Trouble of the genome's file and of medicines that nobody here knows. */
function troubleOf(dossier: Dossier, genome: string | undefined): Issue[] {
  const ofFiles = dossier.sources.filter(
    ({ id, modality }) => id === genome || modality === 'record' || modality === 'outside-calls',
  );
  const medicines = dossier.findings.filter(({ measure }) => /-medication$/.test(measure.code));
  const all = [
    ...ofFiles.flatMap(({ issues }) => issues),
    ...medicines.flatMap(({ issues }) => issues.filter(({ code }) => code === 'drug-unknown')),
  ];
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** The genes as a table: one row each; several possibilities stand behind each other, the first one first. */
export function pgxTsv(results: readonly PgxResult[]): string {
  const header = ['sample', 'build', 'gene', 'diplotypes', 'activity scores', 'phenotypes', 'issues'];
  const rows = results.flatMap(({ sample, build, genes }) =>
    Object.entries(genes).map(([gene, one]) => [
      sample ?? '',
      build ?? '',
      gene,
      one.diplotypes.map(({ name }) => name).join(' or '),
      (one.activityScores ?? []).map((score) => score ?? 'n/a').join(' or '),
      one.phenotypes.join(' or '),
      [...new Set(one.issues.map(({ code }) => code))].join(' '),
    ]),
  );
  return tsv([header, ...rows]);
}

/** The drugs as a table: one row a statement. */
export function drugsTsv(results: readonly PgxResult[]): string {
  const header = [
    'sample',
    'drug',
    'genes',
    'under',
    'class',
    'strength',
    'statement',
    'source',
    'under drugs taken',
    'issues',
  ];
  const rows = results.flatMap(({ sample, drugs }) =>
    drugs.map((one) => [
      sample ?? '',
      one.drug,
      one.genes.join(' '),
      one.phenotypes.join('; '),
      one.class,
      one.strength,
      one.statement,
      one.source,
      one.phenoconverted ? `${one.phenoconverted.class.join(' or ')}: ${one.phenoconverted.phenotypes.join('; ')}` : '',
      [...new Set((one.issues ?? []).map(({ code }) => code))].join(' '),
    ]),
  );
  return tsv([header, ...rows]);
}

/** Cells never hold what separates them, and never begin like a formula. */
function tsv(rows: readonly (readonly string[])[]): string {
  const clean = (cell: string) => cell.replace(/[\t\r\n]+/g, ' ').replace(/^(?=[=+@])/, "'");
  return `${rows.map((row) => row.map(clean).join('\t')).join('\n')}\n`;
}
