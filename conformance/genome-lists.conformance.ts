import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clinvar } from '../src/genomics/clinvar/clinvar-analysis.ts';
import { somatic } from '../src/genomics/somatic/somatic-analysis.ts';
import { runOnFiles } from '../src/workup/testing/runOnFiles.ts';
import { verdict } from './genomicsCalls.ts';
import type { Case, Conformance } from './method.ts';

const bcftools = (...args: string[]) =>
  execFileSync('bcftools', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 });

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

/** A stretch of RYR1 in GRCh38, with a made-up sequence in it: half of it repeats, in which indels have many spellings. */
const at = 38_500_000;
const contig = '##contig=<ID=chr19,length=58617616>';

function sequenceOf(next: (below: number) => number): string {
  let text = '';
  while (text.length < 6000) {
    const unit = Array.from({ length: 1 + next(4) }, () => 'ACGT'[next(4)]).join('');
    text += next(2) === 0 ? unit.repeat(2 + next(4)) : unit;
  }
  return text;
}

interface Variant {
  pos: number;
  ref: string;
  alt: string;
}

function variantAt(next: (below: number) => number, sequence: string, offset: number): Variant {
  const ref = sequence.slice(offset, offset + 1 + next(5));
  // One base cannot be deleted down to itself.
  const kind = ref.length === 1 ? 2 * next(2) : next(3);
  const other = 'ACGT'[('ACGT'.indexOf(ref[0]!) + 1 + next(3)) % 4]!;
  const inserted = ref[0] + sequence.slice(offset + 1, offset + 1 + 1 + next(3));
  const alt = kind === 0 ? other : kind === 1 ? ref[0]! : inserted + ref.slice(1);
  return { pos: at + offset, ref: kind === 0 ? ref[0]! : ref, alt };
}

/**
 * The same change with bases before and behind that both alleles share: enough before it to show the whole repeat, so
 * that its left end, where ClinVar writes it, is among them.
 */
function widened({ pos, ref, alt }: Variant, sequence: string, behind: number): Variant {
  const before = 45;
  const offset = pos - at;
  const lead = sequence.slice(offset - before, offset);
  const tail = sequence.slice(offset + ref.length, offset + ref.length + behind);
  return { pos: pos - before, ref: lead + ref + tail, alt: lead + alt + tail };
}

const bodyOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));

const clinvarCases: Conformance = {
  id: 'genomics.clinvar',
  method:
    'ClinVar matches of a generated patient: repeats, padded and multi-allelic records, filters, conflicting classes',
  oracle: 'bcftools 1.16 (Debian, MIT): norm -m -any of both files, then equal chromosome, place and alleles',
  errorIs: 'verdict',
  needs: [],
  commands: ['bcftools'],
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'idiograph-clinvar-'));
    try {
      const cases: Case[] = [];
      for (const seed of [1, 2, 3, 4]) cases.push(...(await onePatient(folder, seed)));
      return cases;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function onePatient(folder: string, seed: number): Promise<Case[]> {
  const next = generator(seed);
  const sequence = sequenceOf(next);
  const fasta = join(folder, `${seed}.fa`);
  const lines = `${'N'.repeat(at - 1)}${sequence}`.match(/.{1,60}/g)!;
  writeFileSync(fasta, `>chr19\n${lines.join('\n')}\n`);
  const variants = Array.from({ length: 220 }, (_, i) => variantAt(next, sequence, 60 + i * 25 + next(6)));
  const classes = ['Pathogenic', 'Likely_pathogenic', 'Benign', 'Conflicting_classifications_of_pathogenicity'];
  const clinvarHead = [
    '##fileformat=VCFv4.1',
    '##fileDate=2026-10-01',
    '##source=ClinVar',
    '##reference=GRCh38',
    contig,
    ...['CLNSIG', 'GENEINFO', 'CLNREVSTAT', 'CLNDN'].map(
      (id) => `##INFO=<ID=${id},Number=.,Type=String,Description="">`,
    ),
    '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO',
  ];
  const listed = variants.map(
    ({ pos, ref, alt }, i) =>
      `chr19\t${pos}\t${1000 + i}\t${ref}\t${alt}\t.\t.\tCLNSIG=${classes[next(4)]};GENEINFO=RYR1:6261;CLNREVSTAT=x;CLNDN=y`,
  );
  const raw = join(folder, `${seed}.list.vcf`);
  writeFileSync(raw, `${[...clinvarHead, ...listed].join('\n')}\n`);
  // ClinVar's own file is left-aligned and has one alternative a line.
  const list = bcftools('norm', '-m', '-any', '-f', fasta, raw);
  const byId = new Map(bodyOf(list).map(([, pos, id, ref, alt]) => [id!, { pos: Number(pos), ref: ref!, alt: alt! }]));
  const patientRows = variants.flatMap((variant, i) => {
    if (i % 7 === 6) return [];
    const wide = next(2) === 0 ? byId.get(String(1000 + i))! : widened(variant, sequence, next(30));
    const second = `${wide.ref[0]}${'ACGT'[next(4)]}${wide.ref.slice(1)}`;
    const alts = next(4) === 0 && second !== wide.alt ? [second, wide.alt] : [wide.alt];
    const own = alts.length;
    const genotype = [`0/${own}`, `${own}|${own}`, '0/0', './.', `./${own}`][next(5)];
    const filter = next(9) === 0 ? 'LowQual' : 'PASS';
    return `chr19\t${wide.pos}\t.\t${wide.ref}\t${alts.join(',')}\t.\t${filter}\t.\tGT\t${genotype}`;
  });
  const patientHead = [
    '##fileformat=VCFv4.2',
    contig,
    '##FILTER=<ID=LowQual,Description="">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="">',
    '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tann',
  ];
  const patient = `${[...patientHead, ...patientRows].join('\n')}\n`;
  const path = join(folder, `${seed}.patient.vcf`);
  writeFileSync(path, patient);
  const normal = bcftools('norm', '-m', '-any', '-f', fasta, path);
  const key = ([chrom, pos, , ref, alt]: string[]) => `${chrom} ${pos} ${ref} ${alt}`;
  const carried = new Set(
    bodyOf(normal)
      .filter((cells) => cells[6] === 'PASS' && cells[9]!.split(/[/|]/).includes('1'))
      .map(key),
  );
  const truth = bodyOf(list)
    .filter((cells) => /CLNSIG=(?:Likely_p|P)athogenic;/.test(cells[7]!) && carried.has(key(cells)))
    .map((cells) => cells[2]!);
  const { findings } = await runOnFiles(clinvar, { 'clinvar.vcf': list, 'patient.vcf': patient });
  const ours = findings.filter(({ measure }) => measure.code === 'clinvar-match').map(({ site }) => site!.code);
  const missed = truth.filter((id) => !ours.includes(id));
  const extra = ours.filter((id) => !truth.includes(id));
  const note = `${truth.length} true, missed ${missed.join(' ')}, extra ${extra.join(' ')}`;
  return [
    verdict(`patient ${seed}: nothing missed`, truth.length > 20 && missed.length === 0, note),
    verdict(`patient ${seed}: nothing added`, extra.length === 0, note),
  ];
}

/**
 * Mutations by class of five tumours of TCGA LAML (open tier), as the summary in the vignette of maftools prints them;
 * its `tmb` divides the protein-changing ones by the 50 Mb of the exome kit.
 */
const leukaemias: Record<string, { classes: Record<string, number>; burden: number }> = {
  'TCGA-AB-3009': {
    classes: {
      Missense_Mutation: 25,
      Silent: 8,
      Splice_Site: 1,
      Nonsense_Mutation: 2,
      Frame_Shift_Ins: 5,
      In_Frame_Ins: 1,
    },
    burden: 0.68,
  },
  'TCGA-AB-2807': {
    classes: {
      Missense_Mutation: 16,
      Frame_Shift_Del: 1,
      Nonsense_Mutation: 3,
      Intron: 1,
      Splice_Site: 4,
      Silent: 3,
      In_Frame_Del: 1,
    },
    burden: 0.5,
  },
  'TCGA-AB-2959': { classes: { Missense_Mutation: 22, Silent: 4, Splice_Site: 1 }, burden: 0.46 },
  'TCGA-AB-3002': { classes: { Silent: 6, Nonsense_Mutation: 1, Missense_Mutation: 15, Splice_Site: 5 }, burden: 0.42 },
  'TCGA-AB-2923': {
    classes: { Missense_Mutation: 15, Silent: 3, Frame_Shift_Del: 1, Nonsense_Mutation: 3, Frame_Shift_Ins: 1 },
    burden: 0.4,
  },
};

const mafHead =
  'Hugo_Symbol\tChromosome\tStart_Position\tEnd_Position\tVariant_Classification\tReference_Allele\tTumor_Seq_Allele2\tTumor_Sample_Barcode\tt_ref_count\tt_alt_count';

/** The same term in the words of VEP, for the VCF of the same tumour. */
const asVep: Record<string, string> = {
  Missense_Mutation: 'missense_variant|MODERATE',
  Silent: 'synonymous_variant|LOW',
  Splice_Site: 'splice_donor_variant|HIGH',
  Nonsense_Mutation: 'stop_gained|HIGH',
  Frame_Shift_Ins: 'frameshift_variant|HIGH',
  Frame_Shift_Del: 'frameshift_variant|HIGH',
  In_Frame_Ins: 'inframe_insertion|MODERATE',
  In_Frame_Del: 'inframe_deletion|MODERATE',
  Intron: 'intron_variant|MODIFIER',
};

const somaticCases: Conformance = {
  id: 'genomics.somatic',
  method: 'Burden and list of a tumour, as MAF and as annotated VCF',
  oracle:
    'TCGA LAML in the vignette of maftools (MIT; Genome Research 28:1747): tmb, 50 Mb; MAF and VCF against each other',
  errorIs: 'relative',
  needs: [],
  async run() {
    const cases: Case[] = [];
    for (const [barcode, { classes, burden }] of Object.entries(leukaemias)) {
      const rows = Object.entries(classes).flatMap(([name, count]) => Array.from({ length: count }, () => name));
      const maf = rows.map(
        (name, i) =>
          `G${i}\t1\t${1000 + i}\t${1000 + i}\t${name}\tA\tC\t${barcode}\t${60 - (i % 40)}\t${20 + (i % 40)}`,
      );
      const vcf = rows.map(
        (name, i) =>
          `chr1\t${1000 + i}\t.\tA\tC\t.\tPASS\tCSQ=C|${asVep[name]}|G${i}|||\tGT:AD\t0/1:${60 - (i % 40)},${20 + (i % 40)}\t0/0:80,0`,
      );
      const vcfHead = [
        '##fileformat=VCFv4.2',
        `##tumor_sample=${barcode}`,
        '##normal_sample=N',
        '##target_size_mb=50',
        '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: Allele|Consequence|IMPACT|SYMBOL|HGVSc|HGVSp|CLIN_SIG">',
        `#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t${barcode}\tN`,
      ];
      const fromMaf = await runOnFiles(somatic, {
        't.maf': `#version 2.4\n#target_size_mb 50\n${[mafHead, ...maf].join('\n')}\n`,
      });
      const fromVcf = await runOnFiles(somatic, { 't.vcf': `${[...vcfHead, ...vcf].join('\n')}\n` });
      const quantityOf = ({ findings }: typeof fromMaf, code: string) => {
        const value = findings.find(({ measure }) => measure.code === code)?.value;
        return value?.type === 'quantity' ? value.value : Number.NaN;
      };
      const relative = (ours: number, theirs: number) => (Number.isNaN(ours) ? 1 : Math.abs(ours - theirs) / theirs);
      for (const [what, run] of [
        ['MAF', fromMaf],
        ['VCF', fromVcf],
      ] as const) {
        const ours = quantityOf(run, 'tumour-mutational-burden');
        cases.push({
          name: `${barcode}, ${what}: burden`,
          error: relative(ours, burden),
          tolerance: 1e-9,
          note: `ours ${ours}`,
        });
        const count = quantityOf(run, 'somatic-variant-count');
        cases.push({ name: `${barcode}, ${what}: variants`, error: relative(count, rows.length), tolerance: 0 });
      }
      const shares = ({ findings }: typeof fromMaf) =>
        findings
          .filter(({ measure }) => measure.code === 'somatic-variant')
          .map(({ site, value }) => `${site!.display.split(' ')[0]} ${value.type === 'quantity' && value.value}`)
          .sort()
          .join();
      cases.push({
        name: `${barcode}: genes and shares of reads, MAF and VCF`,
        error: Number(shares(fromMaf) !== shares(fromVcf)),
        tolerance: 0,
      });
    }
    return cases;
  },
};

export default [clinvarCases, somaticCases];
