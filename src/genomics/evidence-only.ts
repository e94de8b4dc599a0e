import { z } from 'zod';
import type { Analysis } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import type { VariantRecord } from '../dossier/image.ts';
import { issue } from '../dossier/issue.ts';
import { type Build, bareContig } from '../intake/vcf/build.ts';
import { parseHeader } from '../intake/vcf/header.ts';
import { failsFilter, genotypeOf } from './genotype.ts';

const file = 'genomics/evidence-only.json';

const Variant = z.strictObject({
  gene: z.string(),
  rsid: z.string(),
  chrom: z.string(),
  grch37: z.number().int(),
  grch38: z.number().int(),
  ref: z.string(),
  counted: z.string(),
  about: z.string(),
  level: z.enum(['C', 'D']),
  reference: z.string(),
});
type Variant = z.infer<typeof Variant>;
const VariantFile = z.object({ variants: z.array(Variant) });

/**
 * Variants of CPIC level C or D in the genome -> findings of a measure of their own. No rule of the plan binds it and no
 * guidance reads it: what is written of OPRM1, COMT and the like changes no line.
 */
export const evidenceOnly: Analysis = {
  id: 'genomics.evidence-only',
  version: '1.0.0',
  title: 'Variants of low evidence, for the appendix',
  makes: ['pgx-evidence-only'],
  takes: [],
  knowledge: [file],
  packs: [],
  peakMemoryMb: (selection, dossier) => {
    const source = dossier.sources.find(({ id }) => id === selection.inputs['genome']?.[0]);
    return 40 + (2 * Number(source?.metadata['bytes'] ?? 2 ** 26)) / 2 ** 20;
  },
  method: 'drug-guidance.md',
  select(dossier) {
    const genomes = dossier.sources.filter(
      ({ format, locator }) => format === 'vcf' && locator['sample'] !== undefined,
    );
    const records = (one: (typeof genomes)[number]) => Number(one.metadata['records'] ?? 0);
    const [first] = [...genomes].sort((a, b) => records(b) - records(a) || (a.id < b.id ? -1 : 1));
    if (!first) return { selections: [], missing: [] };
    return { selections: [{ title: first.path, inputs: { genome: [first.id] } }], missing: [] };
  },
  async run(inputs, _options, context) {
    const source = inputs['genome']![0]!;
    const { variants } = VariantFile.parse(context.knowledge(file));
    const handle = await context.openVariants(source);
    const records: VariantRecord[] = [];
    const ranges = variants.flatMap(({ chrom, grch37, grch38 }) =>
      [grch37, grch38].map((pos) => ({ chrom, start: pos, end: pos })),
    );
    for await (const record of handle.records(ranges)) {
      if (context.signal.aborted) return;
      records.push(record);
    }
    const build = buildOf(parseHeader(handle.header).declared, variants, records);
    if (build === undefined) return;
    for (const variant of variants) {
      const draft = findingOf(variant, build, records, source);
      if (draft) context.emit.finding(draft);
    }
  },
};

const positionOf = (variant: Variant, build: Build) => (build === 'GRCh37' ? variant.grch37 : variant.grch38);

function recordOf(variant: Variant, build: Build, records: readonly VariantRecord[]): VariantRecord | undefined {
  const at = positionOf(variant, build);
  return records.find(
    ({ chrom, pos, ref }) => bareContig(chrom) === variant.chrom && pos === at && ref === variant.ref,
  );
}

/** The declared build; else the only one at whose positions the reference bases are found. */
function buildOf(
  declared: { build?: Build | undefined; contradictory?: boolean | undefined },
  variants: readonly Variant[],
  records: readonly VariantRecord[],
): Build | undefined {
  if (declared.build !== undefined && !declared.contradictory) return declared.build;
  const fitting = (['GRCh37', 'GRCh38'] as const).filter((build) =>
    variants.some((variant) => recordOf(variant, build, records)),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Undefined when the position is not written, not called, or called with another base. */
function findingOf(
  variant: Variant,
  build: Build,
  records: readonly VariantRecord[],
  source: string,
): FindingDraft | undefined {
  const record = recordOf(variant, build, records);
  if (!record || failsFilter(record)) return undefined;
  const genotype = genotypeOf(record);
  if (genotype.state !== 'called') return undefined;
  const bases = genotype.indices.map((index) => (index === 0 ? record.ref : record.alt[index - 1]!));
  if (bases.some((base) => base !== variant.ref && base !== variant.counted)) return undefined;
  const { gene, rsid, counted, about, level, reference } = variant;
  const copies = bases.filter((base) => base === counted).length;
  return {
    measure: measure('pgx-evidence-only', 'Variant of low evidence'),
    site: { system: 'dbSNP', code: rsid, display: `${gene} ${rsid}` },
    value: {
      type: 'code',
      code: { system: 'genotype', code: bases.join('/'), display: `${bases.join('/')} (${copies} of ${counted})` },
    },
    issues: [
      issue(
        'info',
        'evidence-only',
        `CPIC level ${level} for ${about}: no recommendation. It changes no line of the plan (${reference}).`,
      ),
    ],
    derivedFrom: [source],
    evidence: [{ of: source, place: `line ${record.line}`, says: `${gene} ${rsid}: ${bases.join('/')}` }],
  };
}
