import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Source } from '../../dossier/source.ts';
import type { Reader, Store } from '../../dossier/store.ts';
import { openStore } from '../../store/open.ts';
import { excerptAt } from './excerpt.ts';

let folder: string;
let store: Store;
let reader: Reader;
const subject = 'S0001';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'idiograph-excerpt-'));
  store = await openStore({ engine: 'sqlite', directory: folder });
  reader = store.reading({ purpose: 'care', actor: 'test' });
  await store.write([{ kind: 'subject', id: subject, type: 'patient', label: 'A', composite: false, synthetic: true }]);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function kept(path: string, format: Source['format'], bytes: Uint8Array | string): Promise<Source> {
  const content = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const blob = await store.putBlob(subject, content, 'application/octet-stream');
  const source = Source.parse({
    kind: 'source',
    id: `src-${path}`,
    subject,
    blob: blob.sha256,
    format,
    locator: {},
    path,
    import: 'imp-1',
    modality: 'record',
    metadata: {},
    issues: [],
  });
  await store.write([blob, source]);
  return source;
}

const vcf = `##fileformat=VCFv4.2\n#CHROM\tPOS\tID\n${Array.from({ length: 200 }, (_, i) => `chr1\t${i + 1}\trs${i}`).join('\n')}\n`;

it('shows the line of a packed VCF between its neighbours, below its header', async () => {
  const source = await kept('genome.vcf.gz', 'vcf', gzipSync(vcf));
  const { lines } = await excerptAt(reader, source, 'line 100');
  expect(lines.map(({ number }) => number)).toEqual([2, 99, 100, 101]);
  expect(lines.filter(({ marked }) => marked).map(({ text }) => text)).toEqual(['chr1\t98\trs97']);
});

it('shows the beginning of a long stretch and says so', async () => {
  const source = await kept('genome.vcf', 'vcf', vcf);
  const { lines, remark } = await excerptAt(reader, source, 'lines 10-150');
  expect(lines.filter(({ marked }) => marked).length).toBeGreaterThan(30);
  expect(remark).toMatch(/of 141/);
});

it('says that bytes cannot be read instead of failing', async () => {
  const source = await kept('broken.vcf.gz', 'vcf', gzipSync(vcf).subarray(0, 60));
  expect((await excerptAt(reader, source, 'line 150')).remark).toMatch(/cannot be read/);
});

it('shows the entry of a bundle, and a line of resources on their own', async () => {
  const bundle = {
    resourceType: 'Bundle',
    entry: [{ resource: { id: 'a' } }, { resource: { id: 'b', birthDate: '1980' } }],
  };
  const source = await kept('bundle.json', 'fhir', JSON.stringify(bundle));
  const text = async (place: string) =>
    (await excerptAt(reader, source, place)).lines.map((line) => line.text).join('');
  expect(await text('Bundle.entry[1]')).toContain('"id": "b"');
  expect(await text('Bundle.entry[1]')).not.toContain('"id": "a"');
  expect(await text('Bundle.entry[1].birthDate')).toBe('"1980"');
  const lines = await kept('all.ndjson', 'fhir', '{"resourceType":"QuestionnaireResponse","id":"q"}\n{"id":"r"}\n');
  expect((await excerptAt(reader, lines, 'QuestionnaireResponse')).lines[0]?.text).toContain('"q"');
});

it('opens no image as text', async () => {
  const source = await kept('a.nii', 'nifti', 'x');
  expect(await excerptAt(reader, source, 'anything')).toMatchObject({
    lines: [],
    remark: expect.stringMatching(/viewer/),
  });
});

it('shows a table that a spreadsheet saved in UTF-16', async () => {
  const bytes = Buffer.from(`\ufeff${'id\tname\r\n'}${'1\tJosé\r\n'}`, 'utf16le');
  const { lines } = await excerptAt(reader, await kept('table.txt', 'table', bytes), 'line 2');
  expect(lines.filter(({ marked }) => marked).map(({ text }) => text)).toEqual(['1\tJosé']);
});
