import { basename } from 'node:path';
import { IdiographError } from '../dossier/errors.ts';
import type { ImageHandle, RegionShape } from '../dossier/image.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Region } from '../dossier/region.ts';
import { openDicomRegion } from '../intake/dicom/regions.ts';
import { openImage } from '../intake/open.ts';
import { type ReadSources, readSources } from './imageFiles.ts';

/** A region of a file, as people call it. */
export interface NamedRegion {
  name: string;
  shape: RegionShape;
}

/** More values are no label map. */
const mostLabels = 1000;

/**
 * All regions of an RTSTRUCT, a SEG or a label map (NIfTI; one region a value). Regions of another frame of reference than
 * `frame` are left out and named. Throws `unsupported` for a file that holds no regions.
 */
export async function regionsInput(
  path: string,
  frame: string | undefined,
): Promise<{ regions: NamedRegion[]; issues: Issue[] }> {
  const read = await readSources(path);
  const issues: Issue[] = [...read.issues];
  const regions: NamedRegion[] = [];
  let known = false;
  for (const one of read.sources) {
    const { source } = one;
    if (source.format === 'dicom-regions') {
      known = true;
      issues.push(...source.issues);
      regions.push(...(await drawn(one, read, frame, issues)));
    } else if (source.format === 'nifti') {
      known = true;
      issues.push(...source.issues);
      regions.push(...(await labels(await openImage(source, read.blobs), path)));
    }
  }
  if (known) return { regions, issues };
  const why = issues.find(({ severity }) => severity === 'error') ?? issues[0];
  throw new IdiographError('unsupported', `${path} holds no regions${why ? `: ${why.message}` : ''}`, {
    remedy: why?.remedy ?? 'Give an RTSTRUCT, a SEG or a NIfTI mask.',
  });
}

async function drawn(
  { source, draft }: ReadSources['sources'][number],
  { blobs }: ReadSources,
  frame: string | undefined,
  issues: Issue[],
): Promise<NamedRegion[]> {
  const regions: NamedRegion[] = [];
  for (const region of draft.regions) {
    const name = region.label || `region ${region.number}`;
    if (frame !== undefined && region.frameOfReference !== undefined && region.frameOfReference !== frame) {
      issues.push(
        issue('error', 'region-frame-mismatch', `${name} lies in another frame of reference than the image.`, {
          place: name,
          remedy: 'Give the regions that were drawn on this series.',
        }),
      );
      continue;
    }
    const record: Region = { kind: 'region', id: 'region', subject: 'files', source: source.id, ...region };
    regions.push({ name, shape: await openDicomRegion(record, source, blobs) });
  }
  return regions;
}

async function labels(image: ImageHandle, path: string): Promise<NamedRegion[]> {
  const values = await image.readVolume(0);
  const seen = new Set<number>();
  for (const value of values) {
    if (value !== 0 && Number.isFinite(value)) seen.add(value);
    if (seen.size > mostLabels)
      throw new IdiographError('usage', `${basename(path)} has more than ${mostLabels} values`, {
        remedy: 'Give a mask or a label map.',
      });
  }
  return [...seen]
    .sort((a, b) => a - b)
    .map((value) => ({
      name: seen.size === 1 ? 'mask' : `label ${value}`,
      shape: {
        type: 'mask',
        grid: image.grid,
        mask: Uint8Array.from(values, (one) => (one === value ? 1 : 0)),
      },
    }));
}
