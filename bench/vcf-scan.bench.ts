/**
 * A million records: our import pass and our look-up of pharmacogene positions against Debian's bcftools on the same
 * bgzip file, one after the other. CPU seconds, because the machine may be shared; the ratio is ours over theirs.
 * Run: `node bench/vcf-scan.bench.ts [RECORDS]`.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calledGenes } from '../src/genomics/call.ts';
import { rangesOf, readReduced, reducedDefinition } from '../src/genomics/definition.ts';
import { defaultLimits } from '../src/intake/format.ts';
import { packingOf, unpacked } from '../src/intake/vcf/bytes.ts';
import { vcfFormat } from '../src/intake/vcf/format.ts';
import { openVcf } from '../src/intake/vcf/open.ts';
import type { ByteSource } from '../src/intake/vcf/packing.ts';
import { bgzip, stored } from '../src/intake/vcf/testing.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';

const count = Number(process.argv[2] ?? 1_000_000);
/** Given only to the child that makes the file, so that its memory is not counted. */
const made = process.argv[3];
const folder = made === undefined ? mkdtempSync(join(tmpdir(), 'idiograph-bench-')) : '';
const path = made ?? join(folder, 'genome.vcf.gz');

/** Rows as a germline caller writes them, about 260 bytes each; a fixed generator, so the same file every time. */
function writeGenome(): void {
  const contigs = Array.from({ length: 22 }, (_, i) => `chr${i + 1}`);
  const meta = contigs.map((name) => `##contig=<ID=${name},length=260000000>`).join('\n');
  const keys = ['AC', 'AF', 'AN', 'DP', 'FS', 'MQ', 'QD', 'SOR'].map(
    (id) => `##INFO=<ID=${id},Number=.,Type=String,Description="${id}">`,
  );
  const formats = ['GT', 'AD', 'DP', 'GQ', 'PL'].map(
    (id) => `##FORMAT=<ID=${id},Number=.,Type=String,Description="${id}">`,
  );
  const head = `##fileformat=VCFv4.2\n##reference=hg38\n${meta}\n${keys.join('\n')}\n${formats.join('\n')}\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tann\n`;
  writeFileSync(path, bgzip(head, { end: false }));
  let seed = 1;
  const next = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed;
  };
  const perContig = Math.ceil(count / contigs.length);
  let text = '';
  for (let i = 0; i < count; i++) {
    const r = next();
    const depth = 20 + (r % 30);
    const half = depth >> 1;
    const pos = 10_000 + (i % perContig) * Math.floor(240_000_000 / perContig) + (r % 40);
    text += `${contigs[Math.floor(i / perContig)]}\t${pos}\trs${r}\t${'ACGT'[r & 3]}\t${'CGTA'[r & 3]}\t${(r % 9000) / 10}\tPASS\tAC=1;AF=0.500;AN=2;BaseQRankSum=${(r % 700) / 100};ClippingRankSum=0.000;DP=${depth};ExcessHet=3.01;FS=${(r % 99) / 10};MLEAC=1;MLEAF=0.500;MQ=60.00;MQRankSum=0.000;QD=${(r % 300) / 10};ReadPosRankSum=${(r % 300) / 100};SOR=${(r % 60) / 10}\tGT:AD:DP:GQ:PL\t0/1:${half},${depth - half}:${depth}:99:${r % 999},0,${r % 888}\n`;
    if (text.length > 4_000_000 || i === count - 1) {
      appendFileSync(path, bgzip(text, { end: i === count - 1 }));
      text = '';
    }
  }
}

async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function peerSeconds(args: string[]): number | undefined {
  const timed = spawnSync('sh', ['-c', `bcftools ${args.map((one) => `'${one}'`).join(' ')} > /dev/null; times`], {
    encoding: 'utf8',
  });
  // `times` prints the shell's own line, then its children's.
  const children = timed.stdout
    .trim()
    .split('\n')
    .at(-1)
    ?.match(/(\d+)m([\d.]+)s (\d+)m([\d.]+)s/);
  if (!children) return undefined;
  const [, userMinutes, user, systemMinutes, system] = children.map(Number);
  return userMinutes! * 60 + user! + systemMinutes! * 60 + system!;
}

async function unpackedBytes(file: ByteSource & { head: Uint8Array }): Promise<number> {
  let bytes = 0;
  for await (const piece of unpacked(file, packingOf(file.head), defaultLimits)) bytes += piece.bytes.length;
  return bytes;
}

async function compare(): Promise<void> {
  spawnSync(process.execPath, [import.meta.filename, String(count), path], { stdio: 'inherit' });
  const { size } = statSync(path);
  const descriptor = openSync(path, 'r');
  const read = async (start: number, end: number) => {
    const buffer = Buffer.allocUnsafe(end - start);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, end - start, start));
  };
  const file = { path, bytes: size, head: await read(0, 4096), diskPath: path, read, readAll: () => read(0, size) };
  const { source } = stored('', 'ann');
  const blobs = { bytes: async () => Buffer.alloc(0), file: async () => path };
  const ranges = calledGenes.flatMap((gene) =>
    rangesOf(
      reducedDefinition(readReduced(loadKnowledge(`genomics/definition-${gene.toLowerCase()}.json`).data)),
      'GRCh38',
    ),
  );
  const scan = await cpuSeconds(() => vcfFormat.read(file, defaultLimits));
  const raw = await unpackedBytes(file);
  let hits = 0;
  const lookUp = await cpuSeconds(async () => {
    for await (const _ of (await openVcf(source, blobs)).records(ranges)) hits += 1;
  });
  const rss = process.resourceUsage().maxRSS / 1024;
  console.log(`${count} records, ${(raw / 1e6).toFixed(0)} MB raw, ${(size / 1e6).toFixed(0)} MB bgzip`);
  const line = (what: string, seconds: number, peer: number | undefined, words: string) =>
    console.log(
      `${what}: ${seconds.toFixed(2)} CPU s, ${(raw / 1e6 / seconds).toFixed(0)} MB raw a CPU s${peer === undefined ? '; bcftools is not here' : `; ${words} ${peer.toFixed(2)} CPU s, ratio ${(seconds / peer).toFixed(2)}`}`,
    );
  line('import pass', scan, peerSeconds(['view', '-H', path]), 'bcftools view -H');
  line(
    `look-up of ${ranges.length} positions (${hits} hits)`,
    lookUp,
    peerSeconds(['query', '-f', '%CHROM %POS %REF %ALT [%GT]\\n', path]),
    'bcftools query of 5 fields',
  );
  console.log(`largest memory ${rss.toFixed(0)} MB`);
}

try {
  if (made === undefined) await compare();
  else writeGenome();
} finally {
  if (made === undefined) rmSync(folder, { recursive: true, force: true });
}
