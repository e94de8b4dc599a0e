import { issue } from '../../dossier/issue.ts';
import type { Draft, Format, InputFile, Limits, Read } from '../format.ts';
import { TextTrouble, textLines } from '../pgs/textLines.ts';
import { isMafHeader } from './columns.ts';
import { sniffMaf } from './sniff.ts';
import { targetMbOf } from './vcfKind.ts';

/** Which tumours a MAF lists, and with how many rows each. */
export interface MafPiece {
  rows: number;
  /** Barcode (`''` where no column names one) -> rows. */
  tumours: Record<string, number>;
  builds: string[];
  /** Megabases of the sequenced target, from `#target_size_mb 38.2`. */
  targetMb: number | undefined;
}

/** Beyond this a file is a cohort, not a patient. */
const tumoursAtOnce = 50;

/** Mutation Annotation Format: one source a tumour. */
export const mafFormat: Format<MafPiece> = {
  id: 'maf',
  sniff: sniffMaf,
  read: readMaf,
  assemble(pieces) {
    const drafts = pieces.flatMap(({ path, piece }) => draftsOf(path, piece));
    const issues = pieces
      .filter(({ piece }) => Object.keys(piece.tumours).length > tumoursAtOnce)
      .map(({ path, piece }) => {
        const message = `The file lists ${Object.keys(piece.tumours).length} tumours; the first ${tumoursAtOnce} were taken.`;
        return issue('warning', 'maf-many-tumours', message, { place: path, remedy: 'Take the patient out of it.' });
      });
    return { drafts, issues };
  },
};

async function readMaf(file: InputFile, limits: Limits): Promise<Read<MafPiece>> {
  let columns: string[] | undefined;
  let rows = 0;
  let targetMb: number | undefined;
  const tumours = new Map<string, number>();
  const builds = new Set<string>();
  try {
    for await (const lines of textLines(file, limits)) {
      for (const line of lines) {
        if (line.trim() === '') continue;
        if (columns === undefined && line.startsWith('#')) {
          targetMb ??= targetMbOf(/^#+\s*target_size_mb[\s=:]+(\S+)/.exec(line)?.[1]);
          continue;
        }
        if (columns === undefined) {
          columns = line.replace(/^\ufeff/, '').split('\t');
          if (!isMafHeader(line)) return { refused: noColumns() };
          continue;
        }
        rows += 1;
        const cells = line.split('\t');
        const barcode = cells[columns.indexOf('Tumor_Sample_Barcode')] ?? '';
        tumours.set(barcode, (tumours.get(barcode) ?? 0) + 1);
        const build = cells[columns.indexOf('NCBI_Build')] ?? '';
        if (build !== '' && builds.size < 5) builds.add(build);
      }
    }
  } catch (error) {
    if (error instanceof TextTrouble) return { refused: error.issue };
    throw error;
  }
  if (columns === undefined) return { refused: noColumns() };
  const empty = issue('warning', 'maf-empty', 'The table lists no variant.', { remedy: 'Export it again.' });
  return {
    piece: { rows, tumours: Object.fromEntries(tumours), builds: [...builds].sort(), targetMb },
    issues: rows === 0 ? [empty] : [],
  };
}

function noColumns() {
  return issue('error', 'maf-no-columns', 'It lacks the columns of a MAF.', { remedy: 'Export it again as MAF.' });
}

function draftsOf(path: string, piece: MafPiece): Draft[] {
  const { builds, targetMb, tumours } = piece;
  const barcodes = Object.keys(tumours).length > 0 ? Object.keys(tumours).slice(0, tumoursAtOnce) : [''];
  return barcodes.map(
    (barcode): Draft => ({
      ...(barcode === '' ? {} : { claim: { system: 'maf:tumor-sample', value: barcode } }),
      source: {
        format: 'maf',
        locator: barcode === '' ? {} : { tumour: barcode },
        path,
        modality: 'tumour-genome',
        metadata: {
          records: tumours[barcode] ?? 0,
          ...(builds.length === 1 ? { build: builds[0]! } : {}),
          ...(targetMb === undefined ? {} : { targetMb }),
        },
        issues: [],
      },
      files: [path],
      facts: [],
      regions: [],
    }),
  );
}
