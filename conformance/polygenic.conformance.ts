import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FindingDraft } from '../src/dossier/finding.ts';
import { sniffPgs } from '../src/intake/pgs/sniff.ts';
import { scoreOn, testFile } from '../src/workup/testing/scoreOn.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const folder = 'genomics/pgs';
const genome = 'genomics/real-vcf/misc/tiny1000G.vcf.gz';

const stated = (findings: readonly FindingDraft[], code: string) => {
  const value = findings.find(({ measure }) => measure.code === code)?.value;
  return value?.type === 'quantity' ? value.value : undefined;
};
const verdict = (name: string, good: boolean, note?: string): Case => ({
  name,
  error: good ? 0 : 1,
  tolerance: 0,
  ...(note === undefined ? {} : { note }),
});

/** Deterministic numbers in 0..1 (Park and Miller 1988). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const turn: Record<string, string> = { A: 'T', C: 'G', G: 'C', T: 'A' };

/** Weighted sums by hand: what bcftools prints of each genotype, times the weight, by the plainest possible code. */
const sums: Conformance = {
  id: 'polygenic-sums',
  method: 'polygenic score: additive, dominant, recessive and dosage rows, both strands, match rate',
  oracle: 'sums over genotypes that bcftools query prints, 1000 Genomes',
  errorIs: 'relative',
  needs: [genome],
  commands: ['bcftools'],
  async run() {
    const path = sharedData(genome)!;
    const content = readFileSync(path);
    const cases: Case[] = [];
    const samples = ['HG00096', 'HG00097', 'NA18526', 'NA20845'];
    for (const [index, sample] of samples.entries()) {
      const text = execFileSync(
        'bcftools',
        ['query', '-s', sample, '-f', '%CHROM\\t%POS\\t%REF\\t%ALT\\t[%GT]\\n', path],
        {
          encoding: 'utf8',
          maxBuffer: 2 ** 26,
        },
      );
      const random = numbers(17 + index);
      const rows: string[] = [];
      let expected = 0;
      let counted = 0;
      for (const line of text.trim().split('\n')) {
        const [chrom, pos, ref, alt, genotype] = line.split('\t') as [string, string, string, string, string];
        const weight = random() * 2 - 1;
        const ofReference = random() < 0.3;
        const otherStrand = random() < 0.25;
        const kind = Math.floor(random() * 5);
        const [effect, other] = ofReference ? [ref, alt] : [alt, ref];
        const strand = (allele: string) => (otherStrand ? (turn[allele] ?? allele) : allele);
        const copies = genotype.split(/[|/]/).filter((one) => one === (ofReference ? '0' : '1')).length;
        const single = ref.length === 1 && alt.length === 1;
        // What a text on the other strand says of an indel nobody can match.
        const usable = single && turn[ref] !== alt;
        const dosage = [random(), random(), random()];
        const weights = kind === 3 ? `\t${dosage.join('\t')}` : '\t\t\t';
        const flags = `${kind === 1 ? 'True' : 'False'}\t${kind === 2 ? 'True' : 'False'}`;
        rows.push(
          `${chrom}\t${pos}\t${strand(effect)}\t${strand(other)}\t${kind === 3 ? '' : weight}\t${flags}${weights}`,
        );
        if (!usable && (single || otherStrand)) continue;
        counted += 1;
        if (kind === 3) expected += dosage[copies]!;
        else if (kind === 1) expected += copies >= 1 ? weight : 0;
        else if (kind === 2) expected += copies === 2 ? weight : 0;
        else expected += copies * weight;
      }
      const columns =
        'chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\tis_dominant\tis_recessive\tdosage_0_weight\tdosage_1_weight\tdosage_2_weight';
      const score = `#pgs_id=TEST${index}\n#genome_build=GRCh38\n${columns}\n${rows.join('\n')}\n`;
      const { findings } = await scoreOn({ content, sample }, [testFile(score, `TEST${index}.txt`)]);
      const sum = stated(findings, 'polygenic-score');
      const match = stated(findings, 'polygenic-score-match');
      const matchExpected = (100 * counted) / rows.length;
      cases.push({
        name: `${sample}: sum over ${counted} of ${rows.length} rows`,
        error: sum === undefined ? 1 : Math.abs(sum - expected) / Math.abs(expected),
        tolerance: 1e-9,
        note: `${sum} for ${expected}`,
      });
      cases.push({
        name: `${sample}: match rate`,
        error: match === undefined ? 1 : Math.abs(match - matchExpected) / matchExpected,
        tolerance: 1e-5,
        note: `${match} for ${matchExpected}`,
      });
    }
    return cases;
  },
};

/** A genome that carries one copy of each effect allele, as the harmonised file places them. */
function genomeFor(text: string, build: string): { vcf: string; expected: number; usable: number } {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const names = lines[0]!.split('\t');
  const at = (name: string) => names.indexOf(name);
  const length = build === 'GRCh38' ? 248956422 : 249250621;
  let expected = 0;
  let usable = 0;
  const rows = lines.slice(1).map((line) => {
    const cells = line.split('\t');
    const [effect, other] = [cells[at('effect_allele')]!, cells[at('other_allele')]!];
    if (turn[effect] !== other) {
      expected += Number(cells[at('effect_weight')]);
      usable += 1;
    }
    return [cells[at('hm_chr')], cells[at('hm_pos')], '.', other, effect, '.', 'PASS', '.', 'GT', '0/1'].join('\t');
  });
  const header = `##fileformat=VCFv4.2\n##contig=<ID=1,length=${length}>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP`;
  return { vcf: `${header}\n${rows.join('\n')}\n`, expected, usable };
}

const catalogue: Conformance = {
  id: 'polygenic-files',
  method: 'PGS Catalog scoring files: harmonised, both builds, complex rows, invalid files',
  oracle: 'PGS000001, PGS000002 and the test files of pygscatalog (Apache-2.0)',
  errorIs: 'relative, or verdict',
  needs: [folder],
  async run() {
    const root = sharedData(folder)!;
    const cases: Case[] = [];
    const bytes = (name: string) => readFileSync(join(root, name));
    for (const id of ['PGS000001', 'PGS000002']) {
      const sums: number[] = [];
      for (const build of ['GRCh37', 'GRCh38']) {
        const name = `${id}_hmPOS_${build}.txt.gz`;
        const made = genomeFor(gunzipSync(bytes(name)).toString('utf8'), build);
        const both = ['GRCh37', 'GRCh38'].map((one) => `${id}_hmPOS_${one}.txt.gz`);
        const files = both.map((one) => testFile(bytes(one), one));
        const { findings } = await scoreOn({ content: made.vcf, sample: 'P' }, files);
        const sum = stated(findings, 'polygenic-score');
        sums.push(sum ?? Number.NaN);
        cases.push({
          name: `${name}: one copy of ${made.usable} effect alleles`,
          error: sum === undefined ? 1 : Math.abs(sum - made.expected) / Math.abs(made.expected),
          tolerance: 1e-9,
          note: `${sum} for ${made.expected}`,
        });
        const wrong = await scoreOn({ content: made.vcf, sample: 'P' }, [
          testFile(bytes(both.find((one) => one !== name)!), 'w.txt.gz'),
        ]);
        cases.push(
          verdict(
            `${name}: refused with the file of the other build only`,
            stated(wrong.findings, 'polygenic-score') === undefined,
          ),
        );
      }
      cases.push(verdict(`${id}: both builds give one sum`, Math.abs(sums[0]! - sums[1]!) < 1e-9, sums.join(' ')));
    }
    const made = genomeFor(gunzipSync(bytes('PGS000001_hmPOS_GRCh38.txt.gz')).toString('utf8'), 'GRCh38');
    const refusedAsFile = ['invalid_scorefile.txt', 'bad_harmonised.txt'];
    for (const name of readdirSync(root)) {
      const recognised = sniffPgs(bytes(name).subarray(0, 4096));
      if (name === 'hapnest.pvar') {
        cases.push(verdict(`${name}: no scoring file`, !recognised));
        continue;
      }
      cases.push(verdict(`${name}: recognised by content`, recognised));
      const { findings, refused } = await scoreOn({ content: made.vcf, sample: 'P' }, [testFile(bytes(name), name)]);
      const value = stated(findings, 'polygenic-score');
      const expected = /hmPOS_GRCh38|lift_to_grch37/.test(name);
      if (refusedAsFile.includes(name)) {
        cases.push(verdict(`${name}: refused`, refused.length === 1, refused[0]?.code));
      } else if (expected) cases.push(verdict(`${name}: computed`, value !== undefined));
      else cases.push(verdict(`${name}: kept, its sum refused`, refused.length === 0 && value === undefined));
    }
    return cases;
  },
};

export default [sums, catalogue];
