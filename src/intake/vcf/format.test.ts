import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { defaultLimits } from '../format.ts';
import { vcfFormat } from './format.ts';
import { bgzip, fileOf, vcfText } from './testing.ts';

const rows = Array.from(
  { length: 3000 },
  (_, i) => `chr10 ${94_761_000 + i} ${'ACGT'[i % 4]} ${'CGTA'[i % 4]} 0/${i % 2}`,
);
const header = ['##reference=hg38', '##contig=<ID=chr10,length=133797422>'];
const text = vcfText(['ann'], rows, header);

async function read(content: string | Buffer, limits = defaultLimits) {
  const file = fileOf(content);
  expect(vcfFormat.sniff(file.head, file)).toBe(true);
  return vcfFormat.read(file, limits);
}

async function piece(content: string | Buffer, limits = defaultLimits) {
  const result = await read(content, limits);
  if ('refused' in result) throw new Error(result.refused.code);
  if (result.piece.kind !== 'variants') throw new Error('not variants');
  return { piece: result.piece, issues: result.issues };
}

test.each([
  ['plain', text],
  ['gzip', gzipSync(text)],
  ['bgzip', bgzip(text)],
  ['bgzip', bgzip(text, { blockBytes: 777 })],
])('reads %s by content and counts the same', async (packing, content) => {
  const { piece: found, issues } = await piece(content);
  expect(issues).toEqual([]);
  expect(found).toMatchObject({ packing, records: 3000, samples: ['ann'], build: 'GRCh38', fileFormat: 'VCFv4.2' });
});

test('makes one draft a sample, with the claim that the column makes', async () => {
  const { piece: found } = await piece(vcfText(['ann', 'bob'], ['1 100 A C 0/1 0/0']));
  const { drafts, issues } = vcfFormat.assemble([{ path: 'a.vcf', piece: found }]);
  expect(issues).toMatchObject([{ code: 'vcf-several-samples', remedy: expect.stringContaining('--sample') }]);
  expect(drafts.map(({ claim, source }) => [claim?.system, claim?.value, source.locator, source.modality])).toEqual([
    ['vcf:sample', 'ann', { sample: 'ann' }, 'genome'],
    ['vcf:sample', 'bob', { sample: 'bob' }, 'genome'],
  ]);
});

test('caps a cohort and says how to name the patient', async () => {
  const samples = Array.from({ length: 60 }, (_, i) => `s${i}`);
  const { piece: found } = await piece(vcfText(samples, [`1 100 A C ${samples.map(() => '0/0').join(' ')}`]));
  const { drafts, issues } = vcfFormat.assemble([{ path: 'a.vcf', piece: found }]);
  expect(drafts).toHaveLength(50);
  expect(issues[0]).toMatchObject({ code: 'vcf-many-samples', remedy: expect.stringContaining('--sample') });
});

test('names malformed lines by number and goes on', async () => {
  const bad = ['chr1\tten\t.\tA\tC\t.\t.\t.\tGT\t0/1', 'chr1\t12\t.\tA', '\t12\t.\tA\tC\t.\t.\t.\tGT\t0/1'];
  const { piece: found, issues } = await piece(vcfText(['ann'], ['chr1 11 A C 0/1', ...bad, 'chr1 13 A C 0/1']));
  expect(found).toMatchObject({ records: 2, malformed: 3 });
  expect(issues.map(({ code, place }) => [code, place])).toEqual([
    ['vcf-line-malformed', 'line 4'],
    ['vcf-line-malformed', 'line 5'],
    ['vcf-line-malformed', 'line 6'],
  ]);
});

test('keeps what lies before the cut of a truncated bgzip file', async () => {
  const whole = bgzip(text, { blockBytes: 20_000 });
  const { piece: found, issues } = await piece(whole.subarray(0, Math.floor(whole.length * 0.6)));
  expect(found.records).toBeGreaterThan(500);
  expect(found.records).toBeLessThan(3000);
  expect(issues).toMatchObject([{ code: 'file-truncated', severity: 'error' }]);
});

test('says that the end block is missing and keeps the last line', async () => {
  const { piece: found, issues } = await piece(bgzip(text.trimEnd(), { end: false }));
  expect(found.records).toBe(3000);
  expect(issues).toMatchObject([{ code: 'bgzf-no-end', severity: 'warning' }]);
});

test('finds a flipped bit by the checksum of its block', async () => {
  const packed = bgzip(text, { blockBytes: 20_000 });
  packed[packed.length - 40] = packed[packed.length - 40]! ^ 0x10;
  const { issues } = await piece(packed);
  expect(issues).toMatchObject([{ code: 'packing-broken' }]);
});

test('stops a plain gzip that is cut short', async () => {
  const packed = gzipSync(text);
  const { piece: found, issues } = await piece(packed.subarray(0, packed.length / 2));
  expect(found.records).toBeLessThan(3000);
  expect(issues).toMatchObject([{ code: 'file-truncated' }]);
});

test.each([
  ['no column line', '##fileformat=VCFv4.2\nchr1\t11\t.\tA\tC\t.\t.\t.\n', 'vcf-no-header'],
  ['a header only, cut', '##fileformat=VCFv4.2\n##reference=hg38\n', 'vcf-no-header'],
])('refuses %s by name', async (_, content, code) => {
  expect(await read(content)).toMatchObject({ refused: { code, remedy: expect.any(String) } });
});

test('guards the length of a line before it holds it', async () => {
  const long = vcfText(['ann'], [`chr1\t11\t.\tA\t${'C'.repeat(5000)}\t.\t.\t.\tGT\t0/1`, 'chr1 12 A C 0/1']);
  const { issues } = await piece(bgzip(long, { blockBytes: 900 }), { ...defaultLimits, lineBytes: 4000 });
  expect(issues[0]).toMatchObject({ code: 'line-too-long', place: 'line 3' });
});

test('guards the unpacked size', async () => {
  const many = vcfText(['ann'], Array(20).fill(rows).flat());
  const { piece: found, issues } = await piece(bgzip(many), { ...defaultLimits, inflatedBytes: 2 ** 20 });
  expect(found.records).toBeGreaterThan(1000);
  expect(issues).toMatchObject([{ code: 'inflation-limit' }, { code: 'vcf-unsorted' }]);
});

test('does not take other text or other gzip for a VCF', () => {
  for (const content of ['##gff-version 3\n', gzipSync('a\tb\n'), Buffer.alloc(0), Buffer.from([31, 139, 8])]) {
    const file = fileOf(Buffer.from(content));
    expect(vcfFormat.sniff(file.head, file)).toBe(false);
  }
});

test('a file of sites is nobody, and is kept with the reason', async () => {
  const sites = '##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t11\t.\tA\tC\t.\t.\t.\n';
  const { piece: found } = await piece(sites);
  const [draft] = vcfFormat.assemble([{ path: 'a.vcf', piece: found }]).drafts;
  expect(draft!.claim).toBeUndefined();
  expect(draft!.source.issues).toMatchObject([{ code: 'vcf-no-genotypes' }]);
});

test('a shuffled file is read whole, and told to be unsorted', async () => {
  const shuffled = rows.map((_, i) => rows[(i * 1009) % rows.length]!);
  const { piece: found, issues } = await piece(vcfText(['ann'], shuffled, header));
  expect(found.records).toBe(3000);
  expect(issues).toMatchObject([{ code: 'vcf-unsorted', severity: 'info' }]);
});

test('an INFO column beyond the limit of a line is left out by name, and the rest goes on', async () => {
  const long = vcfText(
    ['ann'],
    ['chr1 11 A C 0/1', `chr1\t12\t.\tA\tC\t.\t.\tX=${'y'.repeat(3_000_000)}\tGT\t0/1`, 'chr1 13 A C 0/1'],
  );
  const { piece: found, issues } = await piece(bgzip(long), { ...defaultLimits, lineBytes: 2 ** 20 });
  expect(found.records).toBe(2);
  expect(issues).toMatchObject([{ code: 'line-too-long', place: 'line 4' }]);
  const whole = await piece(bgzip(long));
  expect(whole).toMatchObject({ piece: { records: 3 }, issues: [] });
});

test.each([
  ['##contig=<ID=NC_000010.11>', 'GRCh38'],
  ['##contig=<ID=NC_000010.10>', 'GRCh37'],
  ['##contig=<ID=CM000672.2>', 'GRCh38'],
  ['##contig=<ID=NC_000010.9>', undefined],
])('the version of an accession names the build: %s', async (line, build) => {
  const { piece: found } = await piece(vcfText(['ann'], ['1 100 A C 0/1'], [line]));
  expect(found).toMatchObject({ build, buildBecause: build ? 'contig accessions' : expect.any(String) });
});
