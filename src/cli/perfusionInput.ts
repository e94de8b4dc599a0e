import { existsSync, readFileSync, statSync } from 'node:fs';
import { IdiographError } from '../dossier/errors.ts';
import type { ImageHandle } from '../dossier/image.ts';
import type { Issue } from '../dossier/issue.ts';
import type { AslRole } from '../imaging/perfusion/asl.ts';
import { openImage } from '../intake/open.ts';
import { encodingOf } from '../intake/text.ts';
import { sameGrid } from '../voxels/indexFrame.ts';
import { readSources } from './imageFiles.ts';

/** Larger text files are no tables of this command. */
const textBytes = 50_000_000;

export interface DynamicInput {
  image: ImageHandle;
  issues: Issue[];
  contexts?: AslRole[];
}

/**
 * The series of a NIfTI file (with the sidecar and the `aslcontext.tsv` of its name) or of a DICOM folder: of several, the one
 * with most time points. Throws `not-found`, `unsupported`.
 */
export async function dynamicInput(path: string): Promise<DynamicInput> {
  const stem = path.replace(/\.nii(\.gz)?$/i, '');
  const isFile = stem !== path;
  const sidecar = isFile && existsSync(`${stem}.json`) ? [`${stem}.json`] : [];
  const read = await readSources(path, ...sidecar);
  const volumes = (metadata: Readonly<Record<string, unknown>>): number => {
    const layout = metadata['layout'] as { shape?: number[] } | undefined;
    return layout?.shape?.[3] ?? Number((metadata['dim'] as number[] | undefined)?.[4] ?? 1);
  };
  const [chosen] = read.sources
    .map(({ source }) => source)
    .filter(({ format }) => format === 'nifti' || format === 'dicom-series')
    .sort((a, b) => volumes(b.metadata) - volumes(a.metadata));
  if (!chosen) {
    const why = read.issues.find(({ severity }) => severity === 'error') ?? read.issues[0];
    throw new IdiographError('unsupported', `${path} is not an image${why ? `: ${why.message}` : ''}`, {
      remedy: why?.remedy ?? 'Give a NIfTI file (.nii, .nii.gz) or a folder of DICOM.',
    });
  }
  const opened = await openImage(chosen, read.blobs);
  const image = { ...opened, metadata: { ...chosen.metadata, ...opened.metadata } };
  const table = isFile ? `${stem.replace(/_asl$/, '')}_aslcontext.tsv` : '';
  return {
    image,
    issues: [...read.issues, ...chosen.issues],
    ...(existsSync(table) && { contexts: contextsIn(table) }),
  };
}

/** A map on the grid of an image (T1, B1, M0, or concentrations); the first volume. Throws `usage` for another grid. */
export async function mapFile(path: string, image: ImageHandle): Promise<Float32Array> {
  const { image: map } = await dynamicInput(path);
  const volume = { ...image.grid, shape: [...image.grid.shape.slice(0, 3), 1] as [number, number, number, number] };
  const own = { ...map.grid, shape: [...map.grid.shape.slice(0, 3), 1] as [number, number, number, number] };
  if (!sameGrid(own, volume))
    throw new IdiographError('usage', `${path} lies on another grid than the series`, {
      remedy: 'Resample it to the grid of the series first.',
    });
  return map.readVolume(0);
}

/** The text of a file, within limits. */
export function textFile(path: string): string {
  if (!existsSync(path)) throw new IdiographError('not-found', `${path} is not there`, { remedy: 'Check the path.' });
  if (statSync(path).size > textBytes) throw new IdiographError('usage', `${path} is too large for a table`);
  const bytes = readFileSync(path);
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** Numbers of an option or, when it names a file, of that. */
export function numberList(given: string): number[] {
  const text = existsSync(given) ? textFile(given) : given;
  const found = text
    .trim()
    .split(/[\s,;]+/)
    .map(Number);
  if (found.some((one) => !Number.isFinite(one)))
    throw new IdiographError('usage', `"${given}" is no list of numbers`, {
      remedy: 'Write 0,5.5,11 or name a file of them.',
    });
  return found;
}

function contextsIn(path: string): AslRole[] {
  const known = new Set(['m0scan', 'label', 'control', 'deltam', 'discard']);
  const words = textFile(path)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== 'volume_type');
  const strange = words.find((word) => !known.has(word));
  if (strange !== undefined)
    throw new IdiographError('usage', `${path} names "${strange.slice(0, 20)}"`, {
      remedy: `Use ${[...known].join(', ')}.`,
    });
  return words as AslRole[];
}
