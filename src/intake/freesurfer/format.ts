import { issue } from '../../dossier/issue.ts';
import type { Draft, Format, InputFile, Limits, Read } from '../format.ts';
import { decodeText } from '../text.ts';
import { icvIssues } from './plausible.ts';
import { looksLikeStatsTable, sniffFreesurfer } from './sniff.ts';
import { parseStats, type Stats } from './stats.ts';
import { parseStatsTable, type StatsTable } from './statsTable.ts';

/** A statistics file, or the table that FreeSurfer's scripts make of many. Without its rows: they are read again when asked for. */
export type FreesurferPiece =
  | { kind: 'stats'; stats: Omit<Stats, 'rows'> & { structures: number } }
  | {
      kind: 'table';
      table: Pick<StatsTable, 'corner' | 'measure' | 'hemisphere'> & { subjects: string[]; structures: number };
    };

const mostBytes = 64 * 2 ** 20;

/** FreeSurfer and FastSurfer `.stats` files and `*stats2table` tables. */
export const freesurferFormat: Format<FreesurferPiece> = {
  id: 'freesurfer',
  sniff: sniffFreesurfer,
  read: readStats,
  assemble: (pieces) => ({ drafts: pieces.flatMap(({ path, piece }) => draftsOf(path, piece)), issues: [] }),
};

async function readStats(file: InputFile, _limits: Limits): Promise<Read<FreesurferPiece>> {
  const remedy = 'Copy the file again from the stats folder.';
  const text = file.bytes > mostBytes ? undefined : decodeText(await file.readAll());
  if (text === undefined) {
    return {
      refused: issue('error', 'stats-invalid', 'The statistics are not text, or more than 64 MiB.', { remedy }),
    };
  }
  if (looksLikeStatsTable(text)) {
    const table = parseStatsTable(text);
    if (!table)
      return { refused: issue('error', 'stats-invalid', 'The table has no subject or no structure.', { remedy }) };
    const { corner, measure, hemisphere, rows, structures } = table;
    const subjects = rows.map(({ subject }) => subject);
    return {
      piece: { kind: 'table', table: { corner, measure, hemisphere, subjects, structures: structures.length } },
      issues: [],
    };
  }
  const stats = parseStats(text);
  if (!stats) return { refused: issue('error', 'stats-invalid', 'The file names no columns.', { remedy }) };
  const issues = icvIssues(stats);
  if (stats.rows.length === 0) {
    issues.push(issue('warning', 'stats-empty', 'The file lists no structure.', { remedy }));
  }
  const { rows, ...rest } = stats;
  return { piece: { kind: 'stats', stats: { ...rest, structures: rows.length } }, issues };
}

function draftsOf(path: string, piece: FreesurferPiece): Draft[] {
  const draft = (
    locator: Record<string, string>,
    description: string,
    metadata: Draft['source']['metadata'],
  ): Draft => ({
    source: { format: 'freesurfer-stats', locator, path, modality: 'stats', description, metadata, issues: [] },
    files: [path],
    facts: [],
    regions: [],
  });
  if (piece.kind === 'stats') {
    const { columns, units, measures, ...header } = piece.stats;
    const metadata = Object.fromEntries(Object.entries(header).filter(([, value]) => value !== undefined));
    const what = [header.software, header.atlas, header.hemisphere].filter((word) => word !== undefined).join(' ');
    return [
      draft({}, what, {
        ...metadata,
        columns,
        units,
        measures: measures.map((one) => ({ ...one })),
      } as Draft['source']['metadata']),
    ];
  }
  const { subjects, corner, measure, hemisphere, structures } = piece.table;
  const metadata = { corner, measure, ...(hemisphere && { hemisphere }), structures };
  const one = (subject: string) =>
    draft({ subject }, `FreeSurfer table ${corner}`, { ...metadata, subjectName: subject });
  // A folder name is no patient's number; only where a table holds several people are they told apart by it.
  if (subjects.length === 1) return [one(subjects[0]!)];
  return subjects.map((subject) => ({ claim: { system: 'freesurfer:subject', value: subject }, ...one(subject) }));
}
