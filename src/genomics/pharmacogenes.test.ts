import { expect, test } from 'vitest';
import type { RunContext } from '../dossier/analysis.ts';
import type { Fact } from '../dossier/fact.ts';
import { dossierOf } from '../dossier/testing.ts';
import type { Build } from '../intake/vcf/build.ts';
import { openVcf } from '../intake/vcf/open.ts';
import { stored, vcfText } from '../intake/vcf/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { calledGenes } from './call.ts';
import { builtIn } from './match-testing.ts';
import { pharmacogenes } from './pharmacogenes.ts';

const contigs = (build: Build) =>
  build === 'GRCh38'
    ? ['##contig=<ID=chr1,length=248956422>', '##contig=<ID=chr22,length=50818468>']
    : ['##contig=<ID=1,length=249250621>', '##contig=<ID=22,length=51304566>'];

/** Every position of every gene, homozygous for the GRCh38 base but where `genotypes` (rsID -> GT) says otherwise. */
function wholeGenome(genotypes: Record<string, string> = {}, build: Build = 'GRCh38'): string {
  const rows = calledGenes.flatMap((gene) => {
    const { chromosome, positions } = builtIn(gene);
    return positions.flatMap(({ pos, ref, alts, rsid }) => {
      const own = ref[build]!;
      const others = [...new Set([ref.GRCh38!, ...alts])].filter((allele) => allele !== own);
      const usual = own === ref.GRCh38 ? '0/0' : '1/1';
      const given = genotypes[rsid ?? ''] ?? usual;
      const chrom = build === 'GRCh38' ? `chr${chromosome}` : chromosome;
      return [`${chrom} ${pos[build]} ${own} ${others.join(',')} ${given}`];
    });
  });
  return vcfText(['ann'], rows, contigs(build));
}

async function run(text: string, pack?: RunContext['pack'], facts: readonly Fact[] = []) {
  const { source, blobs } = stored(text, 'ann');
  return runAll(pharmacogenes, dossierOf({ sources: [source], facts }), {
    openVariants: () => openVcf(source, blobs),
    ...(pack ? { pack } : {}),
  });
}

type Drafts = Awaited<ReturnType<typeof run>>['findings'];

/** `gene -> display of each member` of one measure. */
function shown(findings: Drafts, measure: string): Record<string, string[]> {
  return Object.fromEntries(
    findings
      .filter((one) => one.measure.code === measure)
      .map(({ site, value }) => {
        const members = value.type === 'set' ? value.members.map((member) => member.value) : [value];
        const words = members.map((one) =>
          one.type === 'code' ? one.code.display : one.type === 'quantity' ? String(one.value) : one.type,
        );
        return [site!.code, words];
      }),
  );
}

test('a genome of reference bases: one pair for each of twenty genes', async () => {
  const { findings, issues } = await run(wholeGenome());
  const pairs = shown(findings, 'diplotype');
  expect(Object.keys(pairs)).toEqual([...calledGenes]);
  expect(pairs['CYP2C19']).toEqual(['*38/*38']);
  expect(pairs['CFTR']).toEqual(['ivacaftor non-responsive CFTR sequence/ivacaftor non-responsive CFTR sequence']);
  expect(pairs['DPYD']).toEqual(['Reference/Reference']);
  expect(Object.values(pairs).every((words) => words.length === 1 && words[0] !== 'refused')).toBe(true);
  expect(shown(findings, 'metabolizer-phenotype')).toMatchObject({
    ABCG2: ['Normal Function'],
    CACNA1S: ['Uncertain Susceptibility'],
    CYP2B6: ['Normal Metabolizer'],
    DPYD: ['Normal Metabolizer'],
    G6PD: ['Normal'],
    NAT2: ['Rapid Metabolizer'],
    SLCO1B1: ['Normal Function'],
    VKORC1: ['-1639 GG'],
  });
  expect(Object.keys(shown(findings, 'activity-score'))).toEqual(['CYP2C9', 'CYP2D6', 'DPYD']);
  expect(Object.keys(shown(findings, 'metabolizer-phenotype'))).not.toContain('IFNL3');
  expect(issues).toEqual([]);
});

test('the measure says what kind of phenotype it is', async () => {
  const { findings } = await run(wholeGenome());
  const display = (gene: string) =>
    findings.find(({ site, measure }) => site?.code === gene && measure.code === 'metabolizer-phenotype')?.measure
      .display;
  expect([display('CYP2B6'), display('SLCO1B1'), display('G6PD')]).toEqual([
    'Metabolizer phenotype',
    'Transporter function',
    'Enzyme deficiency',
  ]);
});

test('GRCh37 gives the same pairs and phenotypes', async () => {
  const variants = { rs4149056: '0/1', rs1142345: '0/1', rs3745274: '1/1', rs3918290: '0/1', rs9923231: '1/1' };
  const here = await run(wholeGenome(variants));
  const there = await run(wholeGenome(variants, 'GRCh37'));
  for (const measure of ['diplotype', 'metabolizer-phenotype', 'activity-score']) {
    expect(shown(there.findings, measure)).toEqual(shown(here.findings, measure));
  }
  expect(shown(here.findings, 'diplotype')).toMatchObject({
    TPMT: ['*1/*3C'],
    DPYD: ['Reference/c.1905+1G>A (*2A)'],
  });
});

test('only genes whose built-in table is shorter say so', async () => {
  const { findings } = await run(wholeGenome());
  const reduced = findings
    .filter(
      ({ measure, issues }) => measure.code === 'diplotype' && issues.some((one) => one.code === 'definitions-reduced'),
    )
    .map(({ site }) => site!.code);
  expect(reduced).toContain('CYP2D6');
  expect(reduced).toContain('NAT2');
  expect(reduced).not.toContain('DPYD');
  expect(reduced).not.toContain('VKORC1');
});

test('a table of frequencies weighs and ranks the pairs; one of another form is told and not used', async () => {
  const both = { rs1800460: '0/1', rs1142345: '0/1' };
  const table = {
    id: 'made-up',
    title: 'made up for a test',
    version: '1',
    date: '2026',
    licence: 'CC0-1.0',
    sources: [{ title: 'nobody measured this', reference: 'none', licence: 'CC0-1.0' }],
    population: 'nobody',
    genes: { TPMT: { '*1': 0.9, '*3A': 0.0001, '*3B': 0.02, '*3C': 0.02 } },
  };
  const packOf = (content: string) => (id: string) =>
    id === 'allele-frequencies' ? { manifest: {} as never, read: async () => Buffer.from(content) } : undefined;
  const weighed = await run(wholeGenome(both), packOf(JSON.stringify(table)));
  const tpmt = weighed.findings.find(({ site, measure }) => site?.code === 'TPMT' && measure.code === 'diplotype')!;
  const members = tpmt.value.type === 'set' ? tpmt.value.members : [];
  expect(members.map(({ value }) => (value.type === 'code' ? value.code.code : ''))).toEqual(['*3B/*3C', '*1/*3A']);
  expect(members.reduce((sum, { weight }) => sum + weight!, 0)).toBeCloseTo(1, 5);

  const broken = await run(wholeGenome(both), packOf('{"genes": 1}'));
  expect(broken.issues.map(({ code }) => code)).toEqual(['allele-frequencies-invalid']);
  expect(shown(broken.findings, 'diplotype')['TPMT']).toEqual(['*1/*3A']);
});

function sexFact(id: string, sex: string): Fact {
  return {
    kind: 'fact',
    id,
    subject: 's1',
    source: 'record',
    place: 'line 1',
    type: 'sex',
    code: { system: 'LOINC', code: '46098-0', display: 'Sex' },
    value: {
      type: 'code',
      code: { system: 'http://hl7.org/fhir/administrative-gender', code: sex, display: sex },
    },
    status: 'active',
    isEvent: false,
    issues: [],
  };
}

test('the sex of the record decides how many alleles G6PD has; records that disagree decide nothing', async () => {
  const g6pd = async (...facts: Fact[]) =>
    shown((await run(wholeGenome(), undefined, facts)).findings, 'diplotype')['G6PD'];
  expect(await g6pd(sexFact('a', 'male'))).toEqual(['B (reference)']);
  expect(await g6pd(sexFact('a', 'female'))).toEqual(['B (reference)/B (reference)']);
  expect(await g6pd(sexFact('a', 'male'), sexFact('b', 'female'))).toEqual(['B (reference)/B (reference)']);
});

test('what a run needs stays below what moves it to a worker, for files of pharmacogene size', () => {
  const { source } = stored(wholeGenome(), 'ann');
  const dossier = dossierOf({ sources: [{ ...source, metadata: { bytes: 200_000 } }] });
  const [selection] = pharmacogenes.select(dossier).selections;
  expect(pharmacogenes.peakMemoryMb(selection!, dossier)).toBeLessThan(64);
  const large = dossierOf({ sources: [{ ...source, metadata: { bytes: 1e9 } }] });
  expect(pharmacogenes.peakMemoryMb(selection!, large)).toBeLessThanOrEqual(110);
});

test('the last evidence of a gene says how much of it was read, whatever it showed', async () => {
  const { findings } = await run(wholeGenome({ rs2231142: '0/1' }));
  const last = (gene: string) => findings.find(({ site }) => site?.code === gene)!.evidence!.at(-1)!.says;
  expect(last('ABCG2')).toBe('the GRCh38 base at 0 of 1 positions read');
  expect(last('CACNA1S')).toBe('the GRCh38 base at 2 of 2 positions read');
});
