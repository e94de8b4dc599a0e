import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft, Format, InputFile, Limits, Read } from '../format.ts';
import { icvIssues } from '../freesurfer/plausible.ts';
import { readTable, type Table } from '../table/csv.ts';
import { intracranialNames, type VolumeColumns, valuesOfRow, volumeColumns } from './rows.ts';
import { sniffVolumeTable } from './sniff.ts';

/** A table of regional volumes without its numbers: they are read again when asked for. */
export interface VolumeTablePiece {
  kind: VolumeColumns['kind'];
  harmonised: boolean;
  structures: number;
  /** Name of each scan, the row that speaks for it (the last one), what is odd about it. */
  scans: { subject: string; row: number; issues: Issue[] }[];
}

/** Volumes of SynthSeg and of NiChart's DLMUSE, one scan a row, and SynthSeg's estimates of its own quality. */
export const volumeTableFormat: Format<VolumeTablePiece> = {
  id: 'volume-table',
  sniff: sniffVolumeTable,
  read: readPiece,
  assemble: (pieces) => ({ drafts: pieces.flatMap(({ path, piece }) => draftsOf(path, piece)), issues: [] }),
};

async function readPiece(file: InputFile, limits: Limits): Promise<Read<VolumeTablePiece>> {
  const read = await readTable(file, limits);
  if ('refused' in read) return read;
  const { table } = read;
  const columns = volumeColumns(table.columns);
  if (!columns || table.rows.length === 0) {
    const remedy = 'Write the table again with its header and at least one scan.';
    return { refused: issue('error', 'volumes-invalid', 'The table names no scan or no structure.', { remedy }) };
  }
  const issues = [...read.issues];
  const last = new Map<string, number>();
  for (const [row, cells] of table.rows.entries()) {
    const subject = cells[0]!.trim() || `row ${row + 1}`;
    const before = last.get(subject);
    if (before !== undefined && table.rows[before]!.join() !== cells.join())
      issues.push(
        issue(
          'warning',
          'scan-twice',
          `${subject} stands in the table twice with other numbers; the last row counts.`,
          {
            place: `line ${table.lines[before]}, line ${table.lines[row]}`,
            remedy: 'Keep one row a scan.',
          },
        ),
      );
    last.set(subject, row);
  }
  const { kind, harmonised, structures } = columns;
  const scans = [...last].map(([subject, row]) => ({ subject, row, issues: oddities(table, columns, row) }));
  return { piece: { kind, harmonised, structures: structures.length, scans }, issues };
}

/** Cells without a number, and an intracranial volume that cannot be: cm3 for mm3, or divided by something. */
function oddities(table: Table, columns: VolumeColumns, row: number): Issue[] {
  const values = valuesOfRow(table, columns, row);
  const place = `line ${table.lines[row]}`;
  const issues: Issue[] = [];
  const lost = columns.structures.length - values.length;
  if (lost > 0)
    issues.push(
      issue('warning', 'volumes-missing', `${lost} of ${columns.structures.length} structures hold no number.`, {
        place,
        remedy: 'Look at the segmentation of this scan.',
      }),
    );
  if (columns.kind === 'SynthSeg quality') {
    const odd = values.filter(({ value }) => Number(value) > 1).length;
    if (odd > 0)
      issues.push(
        issue('error', 'quality-off-scale', `${odd} estimates of quality lie above 1.`, {
          place,
          remedy: 'Give the table as SynthSeg wrote it.',
        }),
      );
    return issues;
  }
  const intracranial = intracranialNames[columns.kind];
  const icv = values.find(({ structure }) => structure.toLowerCase() === intracranial?.toLowerCase());
  const brain = values.find(({ structure }) => structure === 'TotalBrain');
  const line = (structure: string, found: typeof icv) =>
    found ? [{ structure, name: structure, value: Number(found.value), unit: 'mm^3' }] : [];
  issues.push(
    ...icvIssues({ measures: [...line('ICV', icv), ...line('BrainSeg', brain)] }).map((one) => ({ ...one, place })),
  );
  return issues;
}

function draftsOf(path: string, { kind, harmonised, structures, scans }: VolumeTablePiece): Draft[] {
  const software = kind === 'DLMUSE' ? (harmonised ? 'DLMUSE harmonised' : 'DLMUSE') : 'SynthSeg';
  const holds = kind === 'SynthSeg quality' ? 'quality' : 'volumes';
  const one = ({ subject, issues }: VolumeTablePiece['scans'][number]): Draft => ({
    source: {
      format: 'volume-table',
      locator: { subject },
      path,
      modality: 'stats',
      description: `${software} ${holds}`,
      metadata: { software, holds, structures, subjectName: subject },
      issues: issues.map(({ place, ...rest }) => ({ ...rest, place: place ? `${path}, ${place}` : path })),
    },
    files: [path],
    facts: [],
    regions: [],
  });
  // The name of a scan is no patient's number; only where a table holds several are people told apart by it.
  if (scans.length === 1) return [one(scans[0]!)];
  return scans.map((scan) => ({
    claim: { system: `${software.split(' ')[0]!.toLowerCase()}:subject`, value: scan.subject },
    ...one(scan),
  }));
}
