import { IdiographError } from '../dossier/errors.ts';
import type { ImageHandle } from '../dossier/image.ts';
import type { Issue } from '../dossier/issue.ts';
import { openImage } from '../intake/open.ts';
import { missingSlices, withoutMissing } from '../voxels/missingSlices.ts';
import { readSources } from './imageFiles.ts';

export interface PetInput {
  image: ImageHandle;
  /** The whole header, lists in slice order. */
  metadata: Readonly<Record<string, unknown>>;
  missing: ReadonlySet<number>;
  issues: Issue[];
}

/**
 * The PET series of a folder (DICOM) or file; of several the first that is corrected for attenuation. Throws `not-found`,
 * `unsupported` and `usage` with what is there instead.
 */
export async function petInput(path: string): Promise<PetInput> {
  const read = await readSources(path);
  const series = read.sources.map(({ source }) => source).filter(({ format }) => format === 'dicom-series');
  const pet = series.filter(({ modality }) => modality === 'PT');
  const corrected = pet.filter(({ metadata }) => JSON.stringify(metadata['CorrectedImage'] ?? '').includes('ATTN'));
  const chosen = corrected[0] ?? pet[0];
  if (!chosen) {
    const why = read.issues.find(({ severity }) => severity === 'error') ?? read.issues[0];
    const there = [...new Set(series.map(({ modality }) => modality))].join(', ');
    throw new IdiographError(
      'unsupported',
      `${path} holds no PET series${there ? `, only ${there}` : why ? `: ${why.message}` : ''}`,
      { remedy: 'Give the folder of a PET series in DICOM: uptake needs weight, dose and times of its header.' },
    );
  }
  if (corrected.length > 1 || (corrected.length === 0 && pet.length > 1))
    throw new IdiographError('usage', `${path} holds ${pet.length} PET series`, {
      remedy: 'Give the folder of one series.',
    });
  const opened = await openImage(chosen, read.blobs);
  const metadata = { ...chosen.metadata, ...opened.metadata };
  const missing = missingSlices(metadata);
  return { image: withoutMissing(opened, missing), metadata, missing, issues: [...read.issues, ...chosen.issues] };
}
