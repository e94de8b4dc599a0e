import { existsSync, readFileSync, statSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { type ConfoundChoice, chooseConfounds } from '../brain/function/confoundTable.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { ImageHandle } from '../dossier/image.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Source } from '../dossier/source.ts';
import { openImage } from '../intake/open.ts';
import { csvOptions, tableDelimiter } from '../intake/table/sniff.ts';
import { encodingOf } from '../intake/text.ts';
import { readSources } from './imageFiles.ts';

const tableBytes = 64 * 2 ** 20;
/** A header row that is longer names no columns that a run has. */
const headCharacters = 2 ** 20;

/** An fMRI run from a NIfTI file (with its sidecar) or a DICOM folder; of several images the one with most volumes. */
export async function boldInput(path: string): Promise<{ image: ImageHandle; source: Source; issues: Issue[] }> {
  const sidecar = path.replace(/\.nii(\.gz)?$/i, '.json');
  const read = await readSources(path, ...(sidecar !== path && existsSync(sidecar) ? [sidecar] : []));
  const images: { image: ImageHandle; source: Source }[] = [];
  for (const { source } of read.sources)
    if (source.format === 'nifti' || source.format === 'dicom-series')
      images.push({ image: await openImage(source, read.blobs), source });
  const [chosen] = images.sort((a, b) => b.image.grid.shape[3] - a.image.grid.shape[3]);
  if (chosen === undefined) {
    const why = read.issues.find(({ severity }) => severity === 'error') ?? read.issues[0];
    throw new IdiographError('unsupported', `${path} is not an image${why ? `: ${why.message}` : ''}`, {
      remedy: why?.remedy ?? 'Give a NIfTI file (.nii, .nii.gz) or a folder of DICOM.',
    });
  }
  return { ...chosen, issues: [...read.issues, ...chosen.source.issues] };
}

export interface Rows {
  columns: string[];
  rows: Record<string, string>[];
}

/** A table with a header row. Throws `not-found` and `unsupported`. */
export function tableRows(path: string): Rows {
  if (!existsSync(path)) throw new IdiographError('not-found', `${path} is not there`, { remedy: 'Check the path.' });
  if (statSync(path).isDirectory() || statSync(path).size > tableBytes)
    throw new IdiographError('unsupported', `${path} is no table of at most 64 MiB`);
  const bytes = readFileSync(path);
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  const delimiter = tableDelimiter(text.slice(0, headCharacters));
  if (delimiter === undefined)
    throw new IdiographError('unsupported', `${path} is no table with a header row`, {
      remedy: 'Give a tab- or comma-separated table whose first row names the columns.',
    });
  const [header = [], ...lines] = parse(text, { ...csvOptions, delimiter }) as string[][];
  const columns = header.map((name) => name.trim());
  return {
    columns,
    rows: lines.map((line) => Object.fromEntries(columns.map((name, at) => [name, line[at] ?? '']))),
  };
}

/** What of a confounds table enters a task model. Throws `usage` where its rows are not those of the run. */
export function confoundColumns({ columns, rows }: Rows, volumes: number): ConfoundChoice {
  return chooseConfounds(columns, rows, volumes);
}

/** A small JSON file, parsed. Throws `not-found` and `usage`. */
export function jsonFile(path: string): unknown {
  if (!existsSync(path)) throw new IdiographError('not-found', `${path} is not there`, { remedy: 'Check the path.' });
  if (statSync(path).size > tableBytes) throw new IdiographError('usage', `${path} is too large`);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new IdiographError('usage', `${path} is no JSON`, { remedy: 'Give a JSON file.' });
  }
}
