import type { VariantRecord } from '../dossier/image.ts';
import type { Issue } from '../dossier/issue.ts';
import { issue } from '../dossier/issue.ts';
import { type Build, bareContig } from '../intake/vcf/build.ts';
import type { GeneDefinition } from './definition.ts';

/** How the reference bases of a VCF agree with those of one build at the positions of the definitions. */
export interface Agreement {
  build: Build;
  agree: number;
  disagree: number;
}

/** Compares REF of each record that lies on a position with the base that the build has there. */
export function referenceAgreement(
  definitions: readonly GeneDefinition[],
  build: Build,
  records: readonly VariantRecord[],
): Agreement {
  let agree = 0;
  let disagree = 0;
  for (const { chromosome, positions } of definitions) {
    const bases = new Map<number, string>();
    for (const position of positions) {
      const pos = position.pos[build];
      const base = position.ref[build]?.[0];
      if (pos !== undefined && base !== undefined) bases.set(pos, base);
    }
    for (const record of records) {
      if (bareContig(record.chrom).toUpperCase() !== chromosome) continue;
      for (let i = 0; i < record.ref.length; i++) {
        const base = bases.get(record.pos + i);
        if (base === undefined || record.ref[i] === 'N') continue;
        if (record.ref[i] === base) agree += 1;
        else disagree += 1;
      }
    }
  }
  return { build, agree, disagree };
}

/** A handful of odd rows is noise; one in ten is another genome. */
const toleratedShare = 0.1;
/** Bases that agree by chance one time in four: fewer than this say nothing. */
const enough = 3;

const fits = ({ agree, disagree }: Agreement) => disagree <= toleratedShare * (agree + disagree);

/**
 * Decides the build, from the header checked against the reference bases. A header that the bases contradict stops the
 * genome: a right answer at wrong places looks like any other answer.
 */
export function decideBuild(
  declared: Build | undefined,
  agreements: readonly Agreement[],
): { build: Build; issues: Issue[] } | { refused: Issue } {
  const of = (build: Build) => agreements.find((one) => one.build === build)!;
  const words = agreements
    .map(({ build, agree, disagree }) => `${build}: ${agree} reference bases agree, ${disagree} do not`)
    .join('; ');
  if (declared) {
    const own = of(declared);
    const other = of(declared === 'GRCh38' ? 'GRCh37' : 'GRCh38');
    const otherFits = other.agree >= enough && fits(other);
    if (!fits(own) || (own.agree === 0 && otherFits)) {
      return {
        refused: issue(
          'error',
          'vcf-wrong-build',
          `The header says ${declared}, the reference bases do not (${words}).`,
          {
            remedy: otherFits
              ? `Correct the header: the bases are those of ${other.build}.`
              : 'Find out which reference the variants were called on, or lift them over with bcftools +liftover.',
          },
        ),
      };
    }
    return { build: declared, issues: [] };
  }
  const fitting = agreements.filter((one) => one.agree >= enough && fits(one));
  if (fitting.length === 1) {
    const { build } = fitting[0]!;
    const told = issue(
      'info',
      'vcf-build-from-bases',
      `The header names no genome build; ${build} by its bases (${words}).`,
    );
    return { build, issues: [told] };
  }
  return {
    refused: issue(
      'error',
      'vcf-build-unknown',
      `Neither header nor reference bases tell the genome build (${words}).`,
      {
        remedy: 'Add ##reference or ##contig lines to the header, as the caller wrote them.',
      },
    ),
  };
}
