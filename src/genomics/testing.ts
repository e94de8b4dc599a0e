import type { InstalledPack } from '../dossier/analysis.ts';
import type { Finding } from '../dossier/finding.ts';
import { findingFromDraft } from '../dossier/finding.ts';
import type { Issue } from '../dossier/issue.ts';
import { dossierOf } from '../dossier/testing.ts';
import { openVcf } from '../intake/vcf/open.ts';
import { stored, vcfText } from '../intake/vcf/testing.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { runAll } from '../knowledge/testing.ts';
import { analyses } from './analyses.ts';
import type { CalledGene } from './call.ts';
import { type GeneDefinition, readReduced, reducedDefinition } from './definition.ts';
import { AlleleFunctions, PhenotypeRules } from './phenotype.ts';

export const functions = AlleleFunctions.parse(loadKnowledge('genomics/allele-function.json').data);
export const rules = PhenotypeRules.parse(loadKnowledge('genomics/phenotype.json').data);

export function definitionOf(gene: CalledGene): GeneDefinition {
  return reducedDefinition(readReduced(loadKnowledge(`genomics/definition-${gene.toLowerCase()}.json`).data));
}

export const header38 = ['##contig=<ID=chr10,length=133797422>', '##contig=<ID=chr22,length=50818468>'];
const header37 = ['##contig=<ID=10,length=135534747>', '##contig=<ID=22,length=51304566>'];

/** A row for each position of the three genes: `0/0`, but for the genotypes given as `GRCh38 position -> GT`. */
export function genomeText(genotypes: Record<number, string> = {}, build: 'GRCh38' | 'GRCh37' = 'GRCh38'): string {
  const rows = (['CYP2C19', 'CYP2C9', 'CYP2D6'] as const).flatMap((gene) => {
    const definition = definitionOf(gene);
    return definition.positions.flatMap((position) => {
      const ref = position.ref[build]!;
      const alts = [...new Set([position.ref.GRCh38!, ...position.alts])].filter((allele) => allele !== ref);
      const given = genotypes[position.pos.GRCh38!] ?? (ref === position.ref.GRCh38 ? '0/0' : '1/1');
      if (given === 'absent') return [];
      const chrom = build === 'GRCh38' ? `chr${definition.chromosome}` : definition.chromosome;
      return [`${chrom} ${position.pos[build]} ${ref} ${alts.join(',')} ${given}`];
    });
  });
  return vcfText(['ann'], rows, build === 'GRCh38' ? header38 : header37);
}

export interface Outcome {
  findings: Finding[];
  issues: Issue[];
  finding(measure: string, site: string): Finding;
  codes(measure: string, site: string): (string | number)[];
}

/** What the clinical room says when a drug of that strength is on the list. */
function inhibitionFinding(strength: string): Finding {
  return findingFromDraft(
    {
      measure: { system: 'idiograph', code: 'enzyme-inhibition', display: 'Enzyme inhibition' },
      site: { system: 'HGNC', code: 'CYP2D6', display: 'CYP2D6' },
      time: '2026-11-02',
      value: { type: 'code', code: { system: 'idiograph', code: strength, display: `${strength} by a drug` } },
      issues: [],
      derivedFrom: ['fact'],
    },
    { id: 'run-clinical', subject: 'subject', method: 'clinical.medications' },
  );
}

/** Runs the analyses of this room on a VCF text as a runner would, without a store. */
export async function analyse(
  text: string,
  { pack, inhibition }: { pack?: InstalledPack; inhibition?: string } = {},
): Promise<Outcome> {
  const { source, blobs } = stored(text, 'ann');
  const issues: Issue[] = [];
  const findings: Finding[] = inhibition ? [inhibitionFinding(inhibition)] : [];
  for (const analysis of analyses) {
    const made = await runAll(analysis, dossierOf({ sources: [source], findings }), {
      openVariants: () => openVcf(source, blobs),
      pack: () => pack,
    });
    issues.push(...made.issues);
    findings.push(
      ...made.findings.map((draft) =>
        findingFromDraft(draft, { id: `run-${analysis.id}`, subject: 'subject', method: analysis.id }),
      ),
    );
  }
  const finding = (measure: string, site: string) => {
    const found = findings.find((one) => one.measure.code === measure && one.site?.code === site);
    if (!found) throw new Error(`no ${measure} of ${site}`);
    return found;
  };
  return {
    findings,
    issues,
    finding,
    codes(measure, site) {
      const { value } = finding(measure, site);
      const plain = value.type === 'set' ? value.members.map((member) => member.value) : [value];
      return plain.map((one) => (one.type === 'quantity' ? one.value : one.type === 'code' ? one.code.code : one.type));
    },
  };
}
