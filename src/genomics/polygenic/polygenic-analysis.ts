import type { Analysis, Dossier, RunContext } from '../../dossier/analysis.ts';
import { type Code, measure } from '../../dossier/code.ts';
import type { FindingDraft, Value } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { NormReference } from '../../dossier/norm.ts';
import type { Source } from '../../dossier/source.ts';
import { PgsReference } from '../../intake/pgs/reference.ts';
import { parseHeader } from '../../intake/vcf/header.ts';
import { normalShare } from './normal.ts';
import { recordsAtRows } from './records.ts';
import { type Refusal, type ScoringRow, scoringRow } from './row.ts';
import { type PolygenicSum, polygenicSum } from './sum.ts';

const scoreMeasure = measure('polygenic-score', 'Polygenic score, weighted sum');
const matchMeasure = measure('polygenic-score-match', 'Rows of the score found in the genome');

/** Default of pgsc_calc (`--min_overlap 0.75`): below it a sum is of another score. */
const leastMatched = 0.75;
/** More rows than this do not fit the memory of a small machine. */
const mostRows = 1_500_000;
/** Of rows that meet a record: with fewer agreeing the positions are those of another build. */
const leastAgreeing = 0.8;
const enoughMet = 10;

/** Scoring files of the dossier and its genome -> weighted sums with their coverage; a percentile only by a stated distribution. */
export const polygenic: Analysis = {
  id: 'genomics.polygenic',
  version: '1.0.0',
  title: 'Polygenic scores',
  makes: ['polygenic-score', 'polygenic-score-match'],
  takes: [],
  knowledge: [],
  packs: [],
  peakMemoryMb: (selection, dossier) => {
    const rows = dossier.sources
      .filter(({ id }) => selection.inputs['score']?.includes(id))
      .map((source) => Math.min(mostRows, Number(source.metadata['rows'] ?? 0)));
    return 80 + (Math.max(0, ...rows) * 900) / 2 ** 20;
  },
  method: 'polygenic.md',
  select(dossier) {
    const scores = Map.groupBy(
      dossier.sources.filter(({ modality }) => modality === 'polygenic-score'),
      (source) => String(source.metadata['pgsId']),
    );
    if (scores.size === 0) return { selections: [], missing: [] };
    const genome = genomeOf(dossier);
    if (!genome) {
      const absent = issue(
        'info',
        'no-genome-for-score',
        'There are polygenic scores and no genome to compute them on.',
        {
          remedy: 'Add a VCF of the patient.',
        },
      );
      return { selections: [], missing: [absent] };
    }
    const references = dossier.sources.filter(({ modality }) => modality === 'polygenic-reference');
    const selections = [...scores].sort().map(([id, sources]) => ({
      title: `${id} on ${genome.path}, sample ${genome.locator['sample']}`,
      inputs: {
        genome: [genome.id],
        score: sources.map((source) => source.id).sort(),
        reference: references
          .filter(({ metadata }) => metadata['pgs_id'] === id)
          .map((source) => source.id)
          .sort(),
      },
    }));
    return { selections, missing: [] };
  },
  async run(inputs, _options, context) {
    const sourceOf = (id: string) => context.dossier.sources.find((one) => one.id === id)!;
    const genome = sourceOf(inputs['genome']![0]!);
    const scores = inputs['score']!.map(sourceOf);
    const references = (inputs['reference'] ?? []).map(sourceOf);
    for (const draft of await draftsOf(genome, scores, references, context)) context.emit.finding(draft);
  },
};

function genomeOf({ sources }: Dossier): Source | undefined {
  const records = ({ metadata }: Source) => Number(metadata['records'] ?? 0);
  return sources
    .filter(({ format, modality, locator }) => format === 'vcf' && modality === 'genome' && locator['sample'])
    .sort((a, b) => records(b) - records(a) || (a.id < b.id ? -1 : 1))[0];
}

async function draftsOf(
  genome: Source,
  scores: readonly Source[],
  references: readonly Source[],
  context: RunContext,
): Promise<FindingDraft[]> {
  const handle = await context.openVariants(genome.id);
  const { declared } = parseHeader(handle.header);
  const build = declared.contradictory ? undefined : declared.build;
  const located = scores.filter(({ metadata }) => Number(metadata['located']) > 0 && metadata['build'] !== undefined);
  const fitting = build === undefined ? located : located.filter(({ metadata }) => metadata['build'] === build);
  const [any] = scores;
  if (fitting.length === 0) return refusal(any!, genome, [notFitting(build, located.length > 0)]);
  const tried: { source: Source; sum: PolygenicSum }[] = [];
  for (const source of fitting) {
    if (Number(source.metadata['rows']) > mostRows) {
      return refusal(source, genome, [tooMany(Number(source.metadata['rows']))]);
    }
    const rows = await readRows(source, context);
    const countable = rows.filter((row): row is ScoringRow => !('refused' in row));
    const recordsAt = await recordsAtRows(handle, countable, context.signal);
    tried.push({ source, sum: polygenicSum(rows, recordsAt) });
  }
  tried.sort((a, b) => b.sum.agreeing - a.sum.agreeing || (a.source.id < b.source.id ? -1 : 1));
  const { source, sum } = tried[0]!;
  const share = sum.met === 0 ? 0 : sum.agreeing / sum.met;
  if (sum.met >= enoughMet && share < leastAgreeing) return refusal(source, genome, [wrongBuild(source, sum)], sum);
  if (build === undefined && sum.met < enoughMet) return refusal(source, genome, [unknownBuild(sum)], sum);
  return scored(source, genome, sum, references, build === undefined);
}

async function readRows(source: Source, context: RunContext) {
  const table = await context.openTable(source.id);
  const harmonised = source.metadata['harmonised'] === true;
  const rows: (ScoringRow | { refused: Refusal; name: string })[] = [];
  for await (const cells of table.rows()) {
    if (context.signal.aborted) break;
    rows.push(scoringRow(cells, harmonised));
  }
  return rows;
}

function siteOf({ metadata }: Source): Code {
  const id = String(metadata['pgsId']);
  const trait = metadata['trait'];
  return { system: 'PGS Catalog', code: id, display: typeof trait === 'string' ? `${id} ${trait}` : id };
}

function refusal(source: Source, genome: Source, issues: readonly Issue[], sum?: PolygenicSum): FindingDraft[] {
  const value: Value = { type: 'refused', reason: issues[0]!.code };
  const derivedFrom = [source.id, genome.id].sort();
  const said = sum ? [...issues, countsIssue(sum)] : [...issues];
  return [{ measure: scoreMeasure, site: siteOf(source), value, issues: said, derivedFrom }];
}

function scored(
  source: Source,
  genome: Source,
  sum: PolygenicSum,
  references: readonly Source[],
  buildGuessed: boolean,
): FindingDraft[] {
  const matched = sum.used.length / sum.rows;
  const enough = matched >= leastMatched;
  const norm = enough ? normOf(source, sum, references) : undefined;
  const common = {
    site: siteOf(source),
    derivedFrom: [source.id, genome.id, ...(norm?.from ? [norm.from] : [])].sort(),
    methodNote: `${source.metadata['build']}, ${source.metadata['harmonised'] === true ? 'harmonised' : 'as submitted'}`,
  };
  const issues: Issue[] = [countsIssue(sum), ancestry(), ...refusedRows(sum)];
  if (buildGuessed) {
    const message = `The genome names no build; ${source.metadata['build']} fits: ${sum.agreeing} of ${sum.met} rows agree with the alleles.`;
    issues.push(issue('info', 'pgs-build-from-alleles', message));
  }
  if (sum.haploid > 0) {
    const message = `${sum.haploid} rows lie where there is one chromosome: each counts one copy at most.`;
    issues.push(issue('info', 'pgs-haploid', message));
  }
  const twice = sum.unused.get('stated twice') ?? 0;
  if (twice > 0) {
    const message = `${twice} rows stand in the file more than once and were not counted.`;
    issues.push(issue('warning', 'pgs-stated-twice', message, { remedy: 'Report it to whoever made the score.' }));
  }
  if (!enough) {
    const message = `Only ${percent(matched)} of the rows could be counted; below ${percent(leastMatched)} the sum is of another score.`;
    const remedy = 'Impute the genome, or call it with all positions of the score written.';
    issues.unshift(issue('error', 'pgs-match-too-low', message, { remedy }));
  } else if (norm) {
    issues.push(percentileIssue(norm.reference));
  } else {
    const message = 'No distribution of this score is given: a raw sum without percentile says nothing about risk.';
    const remedy = 'Add a reference distribution for people like this patient (docs/methods/polygenic.md).';
    issues.push(issue('info', 'pgs-no-reference', message, { remedy }));
  }
  return [
    {
      measure: scoreMeasure,
      ...common,
      value: enough
        ? { type: 'quantity', value: sum.sum, unit: '1' }
        : { type: 'refused', reason: 'pgs-match-too-low' },
      ...(norm ? { norm: norm.reference } : {}),
      issues,
      evidence: evidenceOf(source, genome, sum),
    },
    {
      measure: matchMeasure,
      ...common,
      value: { type: 'quantity', value: Math.round(matched * 1e6) / 1e4, unit: '%' },
      issues: [countsIssue(sum)],
    },
  ];
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function countsIssue(sum: PolygenicSum): Issue {
  const why = [...sum.unused].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, n]) => `${n} ${reason}`);
  const turned = sum.flipped > 0 ? `, ${sum.flipped} of them read on the other strand` : '';
  const rest = why.length > 0 ? `; not counted: ${why.join(', ')}` : '';
  const message = `${sum.used.length} of ${sum.rows} rows counted (${percent(sum.used.length / sum.rows)})${turned}${rest}.`;
  return issue('info', 'pgs-matched', message);
}

function ancestry(): Issue {
  const message =
    'Scores made in one ancestry carry over badly to others; the file does not say whether it fits this patient.';
  return issue('warning', 'pgs-ancestry', message, {
    remedy: 'Look up in which people the score was made and tested; never compare people of different ancestry by it.',
  });
}

function refusedRows({ refused }: PolygenicSum): Issue[] {
  if (refused.size === 0) return [];
  const words = [...refused].map(
    ([why, names]) =>
      `${why}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`,
  );
  const message = `Rows that this method does not compute: ${words.join('; ')}.`;
  return [
    issue('warning', 'pgs-rows-refused', message, {
      remedy: 'The sum lacks them; use the tool of the score for a full one.',
    }),
  ];
}

function evidenceOf(
  source: Source,
  genome: Source,
  { used, sum }: PolygenicSum,
): NonNullable<FindingDraft['evidence']> {
  const heaviest = [...used].sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds) || a.line - b.line).slice(0, 10);
  return [
    { of: source.id, place: 'all rows', says: `${used.length} contributions sum to ${sum}` },
    ...heaviest.map(({ row, copies, adds, line }) => ({
      of: genome.id,
      place: `line ${line}`,
      says: `${row.name}: ${copies} x ${row.effect} adds ${adds}`,
    })),
  ];
}

/** z and percentile against the distribution of a site, if it was made with the same number of rows. */
function normOf(
  source: Source,
  sum: PolygenicSum,
  references: readonly Source[],
): { reference: NormReference; from: string } | undefined {
  const [first] = references.flatMap((one) => {
    const parsed = PgsReference.safeParse(one.metadata);
    return parsed.success ? [{ id: one.id, ...parsed.data }] : [];
  });
  if (!first) return undefined;
  const base = {
    norm: `pgs-reference ${first.pgs_id}`,
    display: `${source.metadata['pgsId']} in ${first.population} (n = ${first.n})`,
    source: first.source,
  };
  if (first.rowsUsed !== sum.used.length) {
    const refused = `it was made with ${first.rowsUsed} rows, ${sum.used.length} were counted here`;
    return { from: first.id, reference: { ...base, refused } };
  }
  const z = (sum.sum - first.mean) / first.sd;
  return { from: first.id, reference: { ...base, z, centile: 100 * normalShare(z) } };
}

function percentileIssue({ display, z, centile, refused }: NormReference): Issue {
  if (z === undefined || centile === undefined) {
    const message = `The distribution ${display} was not applied: ${refused}.`;
    return issue('warning', 'pgs-percentile', message, {
      remedy: 'Compute the distribution with the rows that this genome can answer.',
    });
  }
  const message = `z ${z.toFixed(2)}, centile ${centile.toFixed(1)} of ${display}, if that is normally distributed. A place in a distribution is no risk.`;
  return issue('info', 'pgs-percentile', message);
}

const harmonise = 'Add the file harmonised to the build of the genome (hmPOS_GRCh37 or hmPOS_GRCh38).';

function notFitting(build: string | undefined, hasLocated: boolean): Issue {
  const message = hasLocated
    ? `No file of the score has positions on ${build}, the build of the genome.`
    : 'No file of the score says on which genome build its positions are.';
  return issue('error', 'pgs-build-missing', message, { remedy: harmonise });
}

function tooMany(rows: number): Issue {
  const message = `The score has ${rows} rows; at most ${mostRows} are computed here.`;
  return issue('error', 'pgs-too-large', message, { remedy: 'Use pgsc_calc for scores of this size.' });
}

function wrongBuild(source: Source, { met, agreeing }: PolygenicSum): Issue {
  const message = `Of ${met} rows that meet a record only ${agreeing} agree with its alleles: the positions are not those of ${source.metadata['build']}.`;
  return issue('error', 'pgs-build-mismatch', message, { remedy: harmonise });
}

function unknownBuild({ met }: PolygenicSum): Issue {
  const message = `The genome names no build, and only ${met} rows meet a record: too few to tell.`;
  return issue('error', 'pgs-build-unknown', message, { remedy: 'Add ##contig or ##reference lines to the header.' });
}
