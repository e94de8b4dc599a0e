import type { Issue } from '../../dossier/issue.ts';
import { issue } from '../../dossier/issue.ts';
import type { InputFile, Limits, Read } from '../format.ts';
import { vcfKind } from '../maf/vcfKind.ts';
import { packingOf } from './bytes.ts';
import type { VcfHeader } from './header.ts';
import { lineGuard } from './lineGuard.ts';
import { markTaker, writeMarks } from './lineMarks.ts';
import type { IndexPiece, VariantsPiece, VcfPiece } from './piece.ts';
import { NotReadable, scanVcf } from './scan.ts';
import { isPackedIndex } from './sniff.ts';
import { indexBytesLimit, readIndex } from './tabix.ts';

/** Lines named one by one before the rest is only counted. */
const namedLines = 20;

/** One pass over a VCF, or an index read whole. */
export async function readVcf(file: InputFile, limits: Limits): Promise<Read<VcfPiece>> {
  return isPackedIndex(file.head) ? readIndexFile(file) : readVariants(file, limits);
}

async function readIndexFile(file: InputFile): Promise<Read<IndexPiece>> {
  const refuse = (why: string) => ({
    refused: issue('warning', 'vcf-index-broken', `The index cannot be used: ${why}. The whole file is read instead.`, {
      remedy: 'Make it again: bcftools index -t FILE.',
    }),
  });
  if (file.bytes > indexBytesLimit) return refuse(`it has ${file.bytes} bytes`);
  try {
    const { kind, records, lastBlock } = readIndex(await file.readAll());
    return { piece: { kind: 'index', index: kind, records, lastBlock }, issues: [] };
  } catch (error) {
    if (error instanceof RangeError) return refuse(error.message);
    throw error;
  }
}

async function readVariants(file: InputFile, limits: Limits): Promise<Read<VariantsPiece>> {
  const issues: Issue[] = [];
  const marks = markTaker(file.bytes);
  let header: VcfHeader | undefined;
  let guard = lineGuard(8);
  let records = 0;
  let malformed = 0;
  try {
    const trouble = await scanVcf(file, limits, {
      header(found) {
        header = found;
        guard = lineGuard(found.samples.length > 0 ? 9 + found.samples.length : 8);
      },
      record(bytes, start, end, line) {
        records += 1;
        const why = guard.whyMalformed(bytes, start, end);
        if (why === undefined) return;
        malformed += 1;
        if (malformed > namedLines) return;
        issues.push(
          issue('warning', 'vcf-line-malformed', `Line ${line} was left out: ${why}.`, { place: `line ${line}` }),
        );
      },
      block: marks.offer,
    });
    issues.push(...trouble);
  } catch (error) {
    if (error instanceof NotReadable) return { refused: error.issue };
    throw error;
  }
  const { samples, contigs, reference, fileFormat, declared } = header!;
  if (malformed > namedLines) {
    issues.push(
      issue('warning', 'vcf-lines-malformed', `${malformed} of ${records} lines are malformed; the first are named.`, {
        remedy: 'Export the file again; bcftools view tells the first error.',
      }),
    );
  }
  if (records - malformed === 0) {
    const remedy = 'Export the file again; it may be cut off after its header.';
    issues.push(issue('warning', 'vcf-no-records', 'The file has a header and no readable record.', { remedy }));
  }
  if (guard.stepsBack() > 0) {
    issues.push(
      issue('info', 'vcf-unsorted', `${guard.stepsBack()} records stand before their place: the file is not sorted.`, {
        remedy: 'It is read as it is. To index it, sort it first: bcftools sort.',
      }),
    );
  }
  if (new Set(samples).size < samples.length) {
    issues.push(
      issue('error', 'vcf-sample-twice', 'Two samples have the same name: they cannot be told apart.', {
        remedy: 'Rename them: bcftools reheader -s NAMES.',
      }),
    );
  }
  if (declared.contradictory) {
    issues.push(
      issue('warning', 'vcf-build-contradictory', 'Parts of the header name different genome builds.', {
        remedy: 'The reference bases decide in the analysis; check which reference the caller used.',
      }),
    );
  }
  const piece: VariantsPiece = {
    kind: 'variants',
    fileFormat,
    bytes: file.bytes,
    packing: packingOf(file.head),
    samples: [...new Set(samples)],
    content: vcfKind(header!.lines, samples),
    contigs: contigs.length,
    reference,
    build: declared.contradictory ? undefined : declared.build,
    buildBecause: declared.because,
    records: records - malformed,
    malformed,
    lineMarks: writeMarks(marks.marks),
  };
  return { piece, issues };
}
