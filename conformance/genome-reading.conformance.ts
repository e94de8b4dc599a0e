import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { VariantRecord, VariantsHandle } from '../src/dossier/image.ts';
import { sameChange } from '../src/genomics/project.ts';
import { defaultLimits } from '../src/intake/format.ts';
import { inputFile } from '../src/intake/inputFile.ts';
import { vcfFormat } from '../src/intake/vcf/format.ts';
import { openVcf } from '../src/intake/vcf/open.ts';
import { stored } from '../src/intake/vcf/testing.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const real = 'genomics/real-vcf';
const oracle = 'bcftools 1.16 / htslib 1.16 (Debian, MIT)';
const verdict = (name: string, good: boolean, note: string): Case => ({
  name,
  error: good ? 0 : 1,
  tolerance: 0,
  note,
});

function realFiles(): string[] {
  const root = sharedData(real)!;
  return readdirSync(root).flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => /\.(vcf|vcf\.gz|vcf\.bgz|bcf)$/.test(name))
      .map((name) => join(root, folder, name)),
  );
}

/** Output of bcftools, or undefined when it refuses the file. */
function bcftools(...args: string[]): string | undefined {
  const done = spawnSync('bcftools', args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  return done.status === 0 ? done.stdout : undefined;
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-genome-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const counts: Conformance = {
  id: 'genome-reading-counts',
  method: 'VCF and BCF import: records, samples, contigs of every file; refusals by name',
  oracle,
  errorIs: 'verdict',
  needs: [real],
  commands: ['bcftools'],
  async run() {
    const cases: Case[] = [];
    for (const path of realFiles()) {
      const read = await vcfFormat.read(inputFile(path, basename(path)), defaultLimits);
      const samples = bcftools('query', '-l', path);
      // From standard input: bcftools adds the contigs of an index that lies beside a file to its header.
      const header = spawnSync('bcftools', ['view', '-h', '--no-version'], {
        input: readFileSync(path),
        encoding: 'utf8',
      });
      const records = bcftools('view', '-H', path);
      const theirs =
        samples === undefined || header.status !== 0 || records === undefined
          ? undefined
          : [
              linesOf(records).length,
              linesOf(samples).length,
              linesOf(header.stdout).filter((line) => line.startsWith('##contig=')).length,
            ];
      if ('refused' in read) {
        cases.push(verdict(basename(path), read.refused.remedy !== undefined, `refused: ${read.refused.code}`));
        continue;
      }
      if (read.piece.kind !== 'variants') throw new TypeError(`${path} is no VCF`);
      const ours = [read.piece.records, read.piece.samples.length, read.piece.contigs];
      const note = `${ours.join('/')}; bcftools ${theirs?.join('/') ?? 'refuses it'}; ${read.issues.map(({ code }) => code).join(' ') || 'no issues'}`;
      // What bcftools cannot parse strictly may still be read, as long as nothing is lost in silence.
      cases.push(verdict(basename(path), theirs === undefined || ours.join() === theirs.join(), note));
    }
    return cases;
  },
};

/** A fixed generator, so that every run makes the same files. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

const bases = (next: (below: number) => number, length: number) =>
  Array.from({ length }, () => 'ACGT'[next(4)]).join('');

/** A VCF with all that may stand in one: several alleles, indels, `*`, symbols, blocks, phase, half calls, mixed ploidy. */
function randomVcf(seed: number): string {
  const next = generator(seed);
  const lines = [
    '##fileformat=VCFv4.3',
    '##FILTER=<ID=PASS,Description="">',
    '##FILTER=<ID=q10,Description="">',
    ...['DP', 'END', 'AC'].map((id) => `##INFO=<ID=${id},Number=${id === 'AC' ? 'A' : 1},Type=Integer,Description="">`),
    '##INFO=<ID=DB,Number=0,Type=Flag,Description="">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="">',
    '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="">',
    '##ALT=<ID=DEL,Description="">',
    ...['chr1', '2', 'NC_000010.11', 'chrX'].map((id) => `##contig=<ID=${id},length=200000000>`),
    '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tann\tbob',
  ];
  for (const contig of ['chr1', '2', 'NC_000010.11', 'chrX']) {
    let pos = 1 + next(1000);
    for (let i = 0; i < 150; i++) {
      pos += next(20) === 0 ? next(300_000) : next(60);
      const ref = bases(next, 1 + next(4));
      const kind = next(12);
      const alts =
        kind === 0
          ? ['<DEL>']
          : kind === 1
            ? ['<*>']
            : kind === 2
              ? []
              : Array.from({ length: 1 + next(3) }, () => (next(9) === 0 ? '*' : bases(next, 1 + next(5))));
      const distinct = [...new Set(alts)].filter((alt) => alt !== ref);
      const number = distinct.length;
      const end = kind <= 2 ? `;END=${pos + ref.length - 1 + next(kind === 0 ? 40_000 : 500)}` : '';
      const allele = () => (next(8) === 0 ? '.' : String(next(number + 1)));
      const genotypes = [0, 1].map(() => {
        const text =
          contig === 'chrX' && next(2) === 0 ? allele() : `${allele()}${next(3) === 0 ? '|' : '/'}${allele()}`;
        return `${text}:${Array.from({ length: number + 1 }, () => next(60)).join(',')}:${next(3) === 0 ? '.' : pos}`;
      });
      const info = `DP=${next(90)}${number > 0 ? `;AC=${distinct.map(() => next(4)).join(',')}` : ''}${next(3) === 0 ? ';DB' : ''}${end}`;
      lines.push(
        [
          contig,
          pos,
          next(2) === 0 ? '.' : `rs${next(9999)}`,
          ref,
          distinct.join(',') || '.',
          next(5) === 0 ? '.' : next(900),
          ['PASS', 'q10', '.'][next(3)],
          info,
          'GT:AD:PS',
          ...genotypes,
        ].join('\t'),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

const asLine = (one: VariantRecord) =>
  [
    one.chrom,
    one.pos,
    one.id,
    one.ref,
    one.alt.join(',') || '.',
    one.qual,
    one.filter,
    one.info,
    one.format.join(':'),
    one.sample.join(':'),
  ].join('\t');

/** Opens one sample of a file, with an index as an import keeps it. */
async function openFile(path: string, sample: string, index?: string): Promise<VariantsHandle> {
  const { source } = stored('', sample);
  let paths: Record<string, string> = { [source.blob]: path };
  let { metadata } = source;
  if (index !== undefined) {
    const pieces = [];
    for (const [own, name] of [
      [path, 'g'],
      [index, `g.${index.slice(-3)}`],
    ] as const) {
      const read = await vcfFormat.read(inputFile(own, name), defaultLimits);
      if ('refused' in read) throw new TypeError(read.refused.code);
      pieces.push({ path: name, piece: read.piece });
    }
    const { drafts } = vcfFormat.assemble(pieces);
    if (drafts[0]!.files.length !== 2) throw new TypeError(`${index} was not taken`);
    metadata = drafts[0]!.source.metadata;
    const members = ['1', '2'].map((digit) => ({ path: digit, sha256: digit.repeat(64), bytes: 1 }));
    const manifest = `${index}.manifest`;
    writeFileSync(manifest, JSON.stringify({ manifest: 1, members }));
    paths = { [source.blob]: manifest, ['1'.repeat(64)]: path, ['2'.repeat(64)]: index };
  }
  const blobs = {
    bytes: async (hash: string) => readFileSync(paths[hash]!),
    file: async (hash: string) => paths[hash]!,
  };
  return openVcf({ ...source, metadata }, blobs);
}

async function collect(records: AsyncIterable<VariantRecord>): Promise<VariantRecord[]> {
  const found: VariantRecord[] = [];
  for await (const one of records) found.push(one);
  return found;
}

const random: Conformance = {
  id: 'genome-reading-random',
  method: 'Records of generated VCF, bgzip and BCF files, sample by sample',
  oracle,
  errorIs: 'lines that differ',
  needs: [],
  commands: ['bcftools'],
  run: () =>
    withFolder(async (folder) => {
      const cases: Case[] = [];
      for (let seed = 1; seed <= 6; seed++) {
        const plain = join(folder, 'a.vcf');
        writeFileSync(plain, randomVcf(seed));
        const forms = {
          vcf: plain,
          'vcf.gz': join(folder, 'a.vcf.gz'),
          bcf: join(folder, 'a.bcf'),
          'plain bcf': join(folder, 'u.bcf'),
        };
        execFileSync('bcftools', ['view', '-Oz', '-o', forms['vcf.gz'], plain]);
        execFileSync('bcftools', ['view', '-Ob', '-o', forms.bcf, plain]);
        execFileSync('bcftools', ['view', '-Ou', '-o', forms['plain bcf'], plain]);
        for (const sample of ['ann', 'bob']) {
          const expected = linesOf(bcftools('view', '-H', '-I', '-s', sample, plain)!);
          for (const [form, path] of Object.entries(forms)) {
            const found = (await collect((await openFile(path, sample)).records())).map(asLine);
            const differ =
              expected.filter((line, i) => line !== found[i]).length + Math.abs(expected.length - found.length);
            cases.push({
              name: `seed ${seed}, ${sample}, ${form}`,
              error: differ,
              tolerance: 0,
              note: `${found.length} records`,
            });
          }
        }
      }
      return cases;
    }),
};

/** Ranges around what the file holds: points, genes, arms; also where there is nothing. */
function randomRanges(records: readonly VariantRecord[], seed: number) {
  const next = generator(seed);
  return Array.from({ length: 1 + next(4) }, () => {
    const near = records[next(records.length)]!;
    const start = Math.max(1, near.pos - 200 + next(400));
    return { chrom: near.chrom, start, end: start + [0, 50, 5_000, 400_000][next(4)]! };
  });
}

const indexed: Conformance = {
  id: 'genome-reading-index',
  method: 'Look-ups through tabix and CSI indexes, line numbers included',
  oracle: `${oracle}: view -r; line numbers: our own whole pass`,
  errorIs: 'queries that differ',
  needs: [real],
  commands: ['bcftools'],
  run: () =>
    withFolder(async (folder) => {
      const generated = join(folder, 'random.vcf.gz');
      writeFileSync(join(folder, 'r.vcf'), randomVcf(77));
      execFileSync('bcftools', ['view', '-Oz', '-o', generated, join(folder, 'r.vcf')]);
      const root = sharedData(real)!;
      const files = [
        generated,
        join(root, 'misc/tiny1000G.vcf.gz'),
        join(root, 'misc/test.g.vcf.bgz'),
        ...readdirSync(join(root, 'getrm-1000g-pgx'))
          .filter((name) => /chr(10|22)\.vcf\.bgz$/.test(name))
          .map((name) => join(root, 'getrm-1000g-pgx', name)),
      ];
      const cases: Case[] = [];
      for (const path of files) {
        const sample = linesOf(bcftools('query', '-l', path)!)[0]!;
        const all = await collect((await openFile(path, sample)).records());
        const lineOf = new Map(all.map((one) => [one.line, `${one.chrom} ${one.pos} ${one.ref}`]));
        for (const [kind, option] of [
          ['tbi', '-t'],
          ['csi', '-c'],
        ] as const) {
          const index = join(folder, `${basename(path)}.${kind}`);
          execFileSync('bcftools', ['index', option, '-f', '-o', index, path], { stdio: 'ignore' });
          const handle = await openFile(path, sample, index);
          let differ = 0;
          let hits = 0;
          for (let seed = 1; seed <= 25; seed++) {
            const ranges = randomRanges(all, seed);
            const regions = ranges.map(({ chrom, start, end }) => `${chrom}:${start}-${end}`).join(',');
            // `query` of this version leaves out blocks that begin before a region, `view` does not.
            const theirs = linesOf(bcftools('view', '-H', '-G', '-r', regions, `${path}##idx##${index}`)!).map(
              (line) => {
                const [chrom, pos, , ref] = line.split('\t');
                return `${chrom} ${pos} ${ref}`;
              },
            );
            const ours = await collect(handle.records(ranges));
            hits += ours.length;
            const names = ours.map((one) => `${one.chrom} ${one.pos} ${one.ref}`);
            // bcftools gives a record once for each region that it lies in, and in the order of the regions.
            const same = [...new Set(theirs)].sort().join() === [...new Set(names)].sort().join();
            if (!same || ours.some((one, i) => lineOf.get(one.line) !== names[i])) differ += 1;
          }
          cases.push({
            name: `${basename(path)}, ${kind}`,
            error: differ,
            tolerance: 0,
            note: `25 queries, ${hits} records`,
          });
        }
      }
      return cases;
    }),
};

/** A repetitive sequence, in which an indel can be written in many places. */
function repetitive(next: (below: number) => number): string {
  let text = '';
  while (text.length < 400) text += bases(next, 1 + next(3)).repeat(1 + next(5));
  return text;
}

const alignment: Conformance = {
  id: 'genome-reading-alignment',
  method:
    'Same change in two spellings: indels in repeats and substitutions of several bases, known by the REF of both',
  oracle: `${oracle}: norm -f, equal after left alignment`,
  errorIs: 'pairs judged otherwise',
  needs: [],
  commands: ['bcftools'],
  run: () =>
    withFolder(async (folder) => {
      const next = generator(11);
      const sequence = repetitive(next);
      const fasta = join(folder, 'r.fa');
      writeFileSync(fasta, `>r\n${sequence}\n`);
      const changes = Array.from({ length: 600 }, () => {
        const pos = 40 + next(300);
        const ref = sequence.slice(pos - 1, pos - 1 + 1 + next(6));
        const alt = next(2) === 0 ? ref.slice(0, 1 + next(ref.length)) : ref[0] + bases(next, next(4)) + ref.slice(1);
        return { pos, ref, alt };
      }).filter(({ ref, alt }) => ref !== alt);
      const vcf = join(folder, 'r.vcf');
      const rows = changes.map(({ pos, ref, alt }, i) => `r\t${pos}\tv${i}\t${ref}\t${alt}\t.\t.\t.`);
      writeFileSync(
        vcf,
        `##fileformat=VCFv4.2\n##contig=<ID=r,length=${sequence.length}>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n${rows.join('\n')}\n`,
      );
      const normal = new Map(
        linesOf(bcftools('norm', '-f', fasta, vcf)!)
          .filter((line) => !line.startsWith('#'))
          .map((line) => line.split('\t'))
          .map(([, pos, id, ref, alt]) => [id!, `${pos} ${ref} ${alt}`]),
      );
      let otherwise = 0;
      let pairs = 0;
      let equal = 0;
      for (const [i, a] of changes.entries()) {
        for (const [j, b] of changes.entries()) {
          if (j <= i || Math.abs(a.pos - b.pos) > 12) continue;
          const start = Math.min(a.pos, b.pos) - 20;
          // Both are written over the same stretch, as a caller with the reference at hand would.
          const widened = [a, b].map(({ pos, ref, alt }) => {
            const before = sequence.slice(start - 1, pos - 1);
            const after = sequence.slice(pos - 1 + ref.length, start - 1 + 60);
            return { pos: start, ref: before + ref + after, alt: before + alt + after };
          });
          const truth = normal.get(`v${i}`) === normal.get(`v${j}`);
          pairs += 1;
          if (truth) equal += 1;
          if (sameChange(widened[0]!, widened[1]!) !== truth) otherwise += 1;
        }
      }
      return [{ name: 'generated repeats', error: otherwise, tolerance: 0, note: `${pairs} pairs, ${equal} equal` }];
    }),
};

export default [counts, random, indexed, alignment];
