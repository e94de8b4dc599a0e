import { existsSync, readFileSync, statSync } from 'node:fs';
import { IdiographError } from '../dossier/errors.ts';
import type { ImageHandle } from '../dossier/image.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { bValuesAlone, joinGradients, parseRows } from '../intake/nifti/gradients.ts';
import { openImage } from '../intake/open.ts';
import { wholeMask } from '../voxels/mask.ts';
import { regionMask } from '../voxels/regionMask.ts';
import { readSources } from './imageFiles.ts';

/** A text file of numbers larger than this is no gradient table. */
const tableBytes = 2 ** 20;

export interface DiffusionInput {
  image: ImageHandle;
  /** Of the source, with `bval` and `bvec` or `bvecRas`. */
  metadata: Record<string, unknown>;
  issues: Issue[];
}

/**
 * A diffusion series from a NIfTI file or a DICOM folder. The gradient table comes from `bval` and `bvec`, else from the
 * files of the same name beside a NIfTI, else from the DICOM header. Of several series in a folder the one with most
 * weighted volumes is taken. Throws `usage`, `not-found` and `unsupported` with what would help.
 */
export async function diffusionInput(
  path: string,
  tables: { bval: string | undefined; bvec: string | undefined },
): Promise<DiffusionInput> {
  const read = await readSources(path, ...besideOf(path));
  const images = read.sources
    .map(({ source }) => source)
    .filter(({ format }) => format === 'nifti' || format === 'dicom-series')
    .map((source) => ({ source, weighted: weightedVolumes(source.metadata) }))
    .sort((a, b) => b.weighted - a.weighted);
  const [chosen] = images;
  if (chosen === undefined) {
    const why = read.issues.find(({ severity }) => severity === 'error') ?? read.issues[0];
    throw new IdiographError('unsupported', `${path} is not an image${why ? `: ${why.message}` : ''}`, {
      remedy: why?.remedy ?? 'Give a NIfTI file (.nii, .nii.gz) or a folder of DICOM.',
    });
  }
  const image = await openImage(chosen.source, read.blobs);
  const issues = [...read.issues, ...chosen.source.issues];
  const metadata: Record<string, unknown> = { ...chosen.source.metadata };
  if (tables.bval !== undefined) {
    const isTable = ({ code }: Issue): boolean => /^(gradients|bv)/.test(code);
    const others = issues.filter((one) => !isTable(one));
    const given = tablesFrom(tables.bval, tables.bvec, image.grid.shape[3]);
    for (const key of ['bval', 'bvec', 'bvecRas']) delete metadata[key];
    return { image, metadata: { ...metadata, ...given.metadata }, issues: [...others, ...given.issues] };
  }
  if (tables.bvec !== undefined)
    throw new IdiographError('usage', '--bvec without --bval', { remedy: 'Give both files.' });
  return { image, metadata, issues };
}

/**
 * A mask file on the grid of the image, or on another one of the same space (nearest voxel, with an issue). Throws `unsupported`
 * for what is no mask or has no voxel in the image.
 */
export async function maskFile(path: string, image: ImageHandle): Promise<{ mask: Uint8Array; issues: Issue[] }> {
  const { sources, blobs, issues } = await readSources(path);
  const source = sources.find((one) => one.source.format === 'nifti')?.source;
  if (source === undefined)
    throw new IdiographError('unsupported', `${path} is not a NIfTI mask`, {
      remedy: issues[0]?.message ?? 'Give a NIfTI file.',
    });
  const drawn = await openImage(source, blobs);
  const values = await drawn.readVolume(0);
  const found = regionMask(
    { type: 'mask', grid: drawn.grid, mask: Uint8Array.from(values, (value) => (value > 0 ? 1 : 0)) },
    image.grid,
  );
  const mask = wholeMask(found.mask);
  let count = 0;
  for (const one of mask) count += one;
  if (count === 0)
    throw new IdiographError('unsupported', `${path} has no voxel in the image`, {
      remedy: found.issues[0]?.message ?? 'The mask is empty, or lies elsewhere in space. Give another one.',
    });
  const single =
    count === 1
      ? [issue('warning', 'mask-of-one-voxel', 'The mask is one voxel: its values are a sample, not a region.')]
      : [];
  return { mask, issues: [...found.issues, ...single] };
}

/** bval, bvec and sidecar of the same name, where the path is one NIfTI file. */
function besideOf(path: string): string[] {
  if (!existsSync(path) || statSync(path).isDirectory()) return [];
  const stem = path.replace(/\.nii(\.gz)?$/i, '');
  if (stem === path) return [];
  return ['.bval', '.bvals', '.bvec', '.bvecs', '.json']
    .map((ending) => stem + ending)
    .filter((one) => existsSync(one));
}

function weightedVolumes(metadata: Readonly<Record<string, unknown>>): number {
  const bval = metadata['bval'];
  return Array.isArray(bval) ? bval.filter((b) => Number(b) > 0).length : 0;
}

function tablesFrom(
  bval: string,
  bvec: string | undefined,
  volumes: number,
): { metadata: Record<string, unknown>; issues: Issue[] } {
  const rows = numbersOf(bval);
  if (bvec === undefined) {
    const alone = bValuesAlone(rows, volumes);
    return { metadata: { bval: alone ?? rows.flat() }, issues: [] };
  }
  const joined = joinGradients(rows, numbersOf(bvec), volumes);
  return { metadata: { ...joined.gradients }, issues: joined.issues };
}

function numbersOf(path: string): number[][] {
  if (!existsSync(path)) throw new IdiographError('not-found', `${path} is not there`, { remedy: 'Check the path.' });
  if (statSync(path).size > tableBytes) throw new IdiographError('usage', `${path} is too large for a gradient table`);
  const rows = parseRows(readFileSync(path, 'utf8'));
  if (rows === undefined)
    throw new IdiographError('usage', `${path} holds something else than numbers`, {
      remedy: 'Give the bval and bvec files of the series: rows of numbers.',
    });
  return rows;
}
