import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { PgxResult } from '../../src/genomics/pgxTable.ts';
import { genomeText } from '../../src/genomics/testing.ts';
import { idiograph } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-pgx-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
/** The same genotypes for two people. */
const twoSamples = genomeText()
  .split('\n')
  .map((line) => {
    if (line === '' || line.startsWith('##')) return line;
    return `${line}\t${line.startsWith('#') ? 'bob' : line.split('\t').at(-1)}`;
  })
  .join('\n');
const genome = file('genome.vcf', genomeText());
const packed = file('genome.vcf.gz', gzipSync(genomeText()));
const two = file('two.vcf', twoSamples);

const resultOf = async (...args: string[]) => {
  const run = await idiograph('pgx', ...args, '--json');
  return { ...run, result: JSON.parse(run.stdout) as PgxResult };
};

describe('idiograph pgx', () => {
  it('prints one document: sample, build, genes, drugs, and nothing else', async () => {
    const { code, result } = await resultOf(packed);
    expect(code).toBe(0);
    expect(Object.keys(result)).toEqual(['sample', 'build', 'genes', 'drugs']);
    expect(result).toMatchObject({ sample: 'ann', build: 'GRCh38' });
    expect(result.genes['CYP2C9']).toMatchObject({
      diplotypes: [{ name: '*1/*1' }],
      activityScores: [2],
      phenotypes: ['Normal Metabolizer'],
    });
    const cyp2d6 = result.genes['CYP2D6']!;
    expect(cyp2d6.activityScores!.length).toBeGreaterThan(1);
    expect(cyp2d6.issues.map(({ code: one }) => one)).toContain('cyp2d6-snv-only');
    expect(result.genes['TPMT']).toMatchObject({ diplotypes: [], phenotypes: [] });
    const [codeine] = result.drugs.filter(({ drug }) => drug === 'codeine');
    expect(codeine).toMatchObject({ genes: ['CYP2D6'], source: expect.stringContaining('CPIC') });
    expect(result.drugs.map(({ drug }) => drug)).not.toContain('azathioprine');
  });

  it('sets what the drugs taken make of a gene beside the genotype, and names unknown drugs', async () => {
    const list = file('list.csv', 'name,status,date\nparoxetine,active,2026-11-01\nfrobnicol,active,2026-11-01\n');
    const { code, result } = await resultOf(genome, '--medications', list);
    expect(code).toBe(0);
    const codeine = result.drugs.filter(({ drug }) => drug === 'codeine');
    for (const one of codeine) expect(one.phenoconverted).toMatchObject({ class: ['avoid'] });
    expect(codeine.map((one) => one.class)).toContain('label');
    expect(result.issues!.map((one) => one.code)).toEqual(['drug-unknown']);
  });

  it('takes one of several samples, all of them, or none', async () => {
    const one = await resultOf(two, '--sample', 'bob');
    expect(one.result.sample).toBe('bob');
    const all = await idiograph('pgx', two, '--all-samples');
    const lines = all.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as PgxResult);
    expect(lines.map(({ sample }) => sample).sort()).toEqual(['ann', 'bob']);
    expect(lines[0]!.genes).toEqual(lines[1]!.genes);
    for (const [args, words] of [
      [[two], /say whose/],
      [[two, '--sample', 'eve'], /no sample eve/],
      [[two, '--all-samples', '--sample', 'bob'], /--all-samples goes with no/],
      [[genome, '--card'], /--card needs --out/],
      [[join(folder, 'absent.vcf')], /no genome/],
      [[], /name one VCF/],
    ] as const) {
      const run = await idiograph('pgx', ...args);
      expect(run.code).toBe(2);
      expect(run.stderr).toMatch(words);
    }
  });

  it('calls nothing where there is nothing, and says why', async () => {
    const header =
      '##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tann\n';
    const elsewhere = await resultOf(file('elsewhere.vcf', `${header}chr1\t5\t.\tA\tG\t.\t.\t.\tGT\t0/1\n`));
    expect(Object.values(elsewhere.result.genes).flatMap(({ diplotypes }) => diplotypes)).toEqual([]);
    expect(elsewhere.result.drugs).toEqual([]);
    expect(elsewhere.result.genes['CYP2D6']!.issues.length).toBeGreaterThan(0);
    const noise = await resultOf(file('noise.vcf', 'Dear colleague'));
    expect(noise).toMatchObject({ code: 3, result: { genes: {}, drugs: [] } });
    expect(noise.result.issues!.length).toBeGreaterThan(0);
    const tumour = await idiograph('pgx', file('t.vcf', genomeText().replace('\tann', '\tTUMOR')));
    expect(tumour).toMatchObject({ code: 2, stderr: expect.stringContaining('of a tumour') });
    const list = await resultOf(genome, '--medications', file('odd.csv', 'a,b\n1,2\n'));
    expect(list.code).toBe(1);
    expect(list.result.issues!.map((one) => one.code)).toContain('file-not-understood');
    expect(list.result.genes['CYP2C9']!.diplotypes).toEqual([{ name: '*1/*1' }]);
  });

  it('writes tables, bundle and report, and the card only on request', async () => {
    const out = join(folder, 'out');
    expect((await idiograph('pgx', genome, '--out', out)).code).toBe(0);
    for (const name of ['pgx.json', 'pgx.tsv', 'pgx-drugs.tsv', 'genomics.fhir.json', 'report.html', 'findings.json']) {
      expect(existsSync(join(out, name)), name).toBe(true);
    }
    expect(existsSync(join(out, 'pgx-card.html'))).toBe(false);
    const row = readFileSync(join(out, 'pgx.tsv'), 'utf8')
      .split('\n')
      .find((line) => line.includes('\tCYP2C9\t'))!;
    expect(row.split('\t').slice(0, 6)).toEqual(['ann', 'GRCh38', 'CYP2C9', '*1/*1', '2', 'Normal Metabolizer']);
    expect((await idiograph('pgx', genome, '--out', out, '--card')).code).toBe(0);
    expect(readFileSync(join(out, 'pgx-card.html'), 'utf8')).toContain('Discuss before use');
    // What we wrote is not read again.
    const again = await idiograph('import', out, '--data', join(folder, 'data'), '--json');
    const { subjects } = JSON.parse(again.stdout) as { subjects: unknown[] };
    expect(subjects).toEqual([]);
  });
});
