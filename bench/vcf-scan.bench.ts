/**
 * Four million records of one genome: our import pass, our look-up of all pharmacogene positions without and with an
 * index, against Debian's bcftools on the same bgzip file, one after the other. CPU seconds, because the machine may be
 * shared; a ratio is ours over theirs. Run: `node bench/vcf-scan.bench.ts [RECORDS]`.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '../src/dossier/source.ts';
import { calledGenes } from '../src/genomics/call.ts';
import { rangesOf, readReduced, reducedDefinition } from '../src/genomics/definition.ts';
import { defaultLimits, type Read } from '../src/intake/format.ts';
import { inputFile } from '../src/intake/inputFile.ts';
import { packingOf, unpacked } from '../src/intake/vcf/bytes.ts';
import { vcfFormat } from '../src/intake/vcf/format.ts';
import { openVcf } from '../src/intake/vcf/open.ts';
import type { ByteSource } from '../src/intake/vcf/packing.ts';
import type { VcfPiece } from '../src/intake/vcf/piece.ts';
import { bgzip, stored } from '../src/intake/vcf/testing.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';

const count = Number(process.argv[2] ?? 4_000_000);
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

/** Positions of all genes in both builds with 2 kb around: the generated file has a record every 600 bases or so. */
function pharmacogeneRanges() {
  return calledGenes.flatMap((gene) => {
    const definition = reducedDefinition(
      readReduced(loadKnowledge(`genomics/definition-${gene.toLowerCase()}.json`).data),
    );
    return (['GRCh37', 'GRCh38'] as const).flatMap((build) =>
      rangesOf(definition, build).map(({ chrom, start, end }) => ({ chrom, start: start - 2000, end: end + 2000 })),
    );
  });
}

async function lookUp(source: Source, paths: Record<string, string>) {
  const blobs = {
    bytes: async (sha256: string) => readFileSync(paths[sha256]!),
    file: async (sha256: string) => paths[sha256]!,
  };
  const found: string[] = [];
  const start = performance.now();
  const cpu = await cpuSeconds(async () => {
    for await (const one of (await openVcf(source, blobs)).records(ranges)) found.push(`${one.line} ${one.pos}`);
  });
  return { found, cpu, wall: (performance.now() - start) / 1000 };
}

const ranges = made === undefined ? pharmacogeneRanges() : [];

async function compare(): Promise<void> {
  spawnSync(process.execPath, [import.meta.filename, String(count), path], { stdio: 'inherit' });
  const file = inputFile(path, 'genome.vcf.gz');
  const raw = await unpackedBytes(file);
  const mega = raw / 1e6;
  console.log(`${count} records, ${mega.toFixed(0)} MB raw, ${(file.bytes / 1e6).toFixed(0)} MB bgzip`);
  const query = peerSeconds(['query', '-f', '%CHROM %POS %REF %ALT [%GT]\\n', path]);
  const line = (what: string, seconds: number) => {
    const peer =
      query === undefined
        ? 'bcftools is not here'
        : `bcftools query of 5 fields ${query.toFixed(2)} CPU s, ratio ${(seconds / query).toFixed(2)}`;
    console.log(`${what}: ${seconds.toFixed(2)} CPU s, ${(mega / seconds).toFixed(0)} MB raw a CPU s; ${peer}`);
  };
  let read: Read<VcfPiece> | undefined;
  line('import pass', await cpuSeconds(async () => (read = await vcfFormat.read(file, defaultLimits))));
  if (!read || 'refused' in read) throw new Error('the generated file was refused');
  const whole = await lookUp(stored('', 'ann').source, { ['0'.repeat(64)]: path });
  line(`whole pass for ${ranges.length} positions (${whole.found.length} hits)`, whole.cpu);
  console.log(`largest memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
  for (const kind of ['tbi', 'csi'] as const) await indexed(kind, read.piece, whole.found);
}

async function indexed(kind: 'tbi' | 'csi', piece: VcfPiece, expected: readonly string[]): Promise<void> {
  const index = `${path}.${kind}`;
  if (spawnSync('bcftools', ['index', kind === 'tbi' ? '-t' : '-c', '-o', index, path]).status !== 0) {
    console.log(`${kind}: bcftools, which would make the index, is not here`);
    return;
  }
  const beside = await vcfFormat.read(inputFile(index, `genome.vcf.gz.${kind}`), defaultLimits);
  if ('refused' in beside) throw new Error(beside.refused.message);
  const { drafts } = vcfFormat.assemble([
    { path: 'genome.vcf.gz', piece },
    { path: `genome.vcf.gz.${kind}`, piece: beside.piece },
  ]);
  const [vcf, own, manifest] = ['1', '2', '0'].map((digit) => digit.repeat(64)) as [string, string, string];
  const members = [vcf, own].map((sha256) => ({ path: sha256[0]!, sha256, bytes: 1 }));
  const manifestPath = join(folder, 'manifest.json');
  writeFileSync(manifestPath, JSON.stringify({ manifest: 1, members }));
  const source = { ...stored('', 'ann').source, metadata: drafts[0]!.source.metadata };
  const { found, cpu, wall } = await lookUp(source, { [manifest]: manifestPath, [vcf]: path, [own]: index });
  const same = found.join() === expected.join() ? 'the same records' : 'OTHER RECORDS';
  console.log(`with ${kind}: ${wall.toFixed(2)} s, ${cpu.toFixed(2)} CPU s, ${same}`);
}

try {
  if (made === undefined) await compare();
  else writeGenome();
} finally {
  if (made === undefined) rmSync(folder, { recursive: true, force: true });
}
