import type { Dossier } from '../dossier/analysis.ts';
import { contentId, sha256 } from '../dossier/canonical.ts';
import { Entry } from '../dossier/entry.ts';
import type { Grid } from '../dossier/grid.ts';
import type { ImageHandle } from '../dossier/image.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { type LabelMap, readLabelMap } from '../intake/nifti/labelMap.ts';
import { writeNiftiGz } from '../intake/nifti/write.ts';
import { indexFrame, sameGrid } from '../voxels/indexFrame.ts';
import { boxed, type RegionMask } from '../voxels/mask.ts';
import { AnnotationContent } from './contents.ts';
import { labelKey } from './entries.ts';
import { AnnotateRequest } from './requests.ts';
import { imageIn, invalidRequest, type Refused, type Stated, supersedable } from './statements.ts';

/** Bytes to be put into the store before the entry that names them is written. */
export interface MaskBlob {
  sha256: string;
  bytes: Uint8Array;
  mediaType: 'application/gzip';
}

/** Larger uploads of label maps are refused; one of 512^3 voxels packs to a few MB. */
const largestUploadBytes = 64 * 2 ** 20;
const mostVoxels = 2 ** 28;

/**
 * What a reader drew on one image, as entries of type `annotation`: one for each label of the request, each with a mask of
 * its own, written anew from the voxels alone. Nothing is stored here: put the blobs, then write the entries.
 * Refused: `request-invalid`, `image-unknown`, `label-map-too-large`, `label-map-grid-differs`, `label-undeclared`,
 * `label-repeated`, `supersedes-invalid`, and what `readLabelMap` refuses.
 */
export async function stateAnnotations(
  request: AnnotateRequest,
  labelMap: Uint8Array,
  image: ImageHandle,
  stated: Stated,
  dossier: Dossier,
): Promise<{ entries: Entry[]; blobs: MaskBlob[]; issues: Issue[] } | Refused> {
  const parsed = AnnotateRequest.safeParse(request);
  if (!parsed.success) return invalidRequest(parsed.error);
  const { labels, tool, startedFrom, text } = parsed.data;
  const unknown = imageIn(dossier, parsed.data.image, image);
  if (unknown) return { refused: unknown };
  if (startedFrom !== undefined && !isDrawn(dossier, startedFrom))
    return refuse(
      'started-from-unknown',
      'The region that the reader began from is not there.',
      'Load the page again.',
    );
  const repeated = labels.find(({ value, region }, at) =>
    labels.some(
      (other, before) => before < at && (other.value === value || labelKey(other.region) === labelKey(region)),
    ),
  );
  if (repeated)
    return refuse('label-repeated', `The label ${repeated.value} or its name comes twice.`, 'Name each region once.');
  for (const { supersedes } of labels) {
    const wrong = supersedable(dossier, supersedes, 'annotation', stated, (content) => {
      return AnnotationContent.safeParse(content).data?.image === image.id;
    });
    if (wrong) return { refused: wrong };
  }
  const read = await readImageLabels(labelMap, image.grid);
  if ('refused' in read) return read;
  const declared = new Set([0, ...labels.map(({ value }) => value)]);
  const stray = read.labels.find((value) => !declared.has(value));
  if (stray !== undefined)
    return refuse(
      'label-undeclared',
      `The label map holds the value ${stray}, for which no region is named.`,
      'Name it.',
    );

  const grid: Grid = { ...image.grid, shape: [...threeOf(image.grid), 1] };
  const { voxelMm3 } = indexFrame(grid);
  const issues: Issue[] = [];
  const drawn = labels.map(({ value, region, supersedes }) => {
    const whole = Uint8Array.from(read.labels, (label) => (label === value ? 1 : 0));
    const mask = boxed(whole, grid);
    if (mask.voxels === 0) issues.push(emptyMask(region));
    const bytes = writeNiftiGz(grid, whole, { datatype: 'uint8', description: 'annotation' });
    const blob: MaskBlob = { sha256: sha256(bytes), bytes, mediaType: 'application/gzip' };
    const content: AnnotationContent = {
      image: image.id,
      region,
      tool,
      mask: blob.sha256,
      voxels: mask.voxels,
      volumeMm3: mask.voxels * voxelMm3,
      shape: threeOf(grid),
      ...(mask.voxels > 0 && { box: boxOf(mask) }),
      ...(startedFrom !== undefined && { startedFrom }),
    };
    const statement = {
      subject: dossier.subject.id,
      type: 'annotation' as const,
      ...stated,
      targets: [image.id, ...(startedFrom === undefined ? [] : [startedFrom])],
      ...(text !== undefined && { text }),
      content,
      ...(supersedes !== undefined && { supersedes }),
    };
    return { blob, entry: Entry.parse({ kind: 'entry', id: contentId('entry', statement), ...statement }) };
  });
  return { entries: drawn.map(({ entry }) => entry), blobs: drawn.map(({ blob }) => blob), issues };
}

/** A label map on the grid of an image; half a hundredth of a voxel is let pass for the header's float32. */
async function readImageLabels(bytes: Uint8Array, grid: Grid): Promise<LabelMap | Refused> {
  if (bytes.length > largestUploadBytes)
    return refuse(
      'label-map-too-large',
      `The label map has ${bytes.length} bytes; at most ${largestUploadBytes} are taken.`,
      'Send it packed (.nii.gz).',
    );
  const toleranceMm = Math.max(1e-3, 0.01 * Math.min(...indexFrame(grid).spacingMm));
  return readLabelMap(bytes, { voxels: mostVoxels }, (found) =>
    sameGrid(found, grid, toleranceMm)
      ? undefined
      : issue(
          'error',
          'label-map-grid-differs',
          `The label map has ${threeOf(found).join(' x ')} voxels or lies elsewhere; the image has ${threeOf(grid).join(' x ')}.`,
          { remedy: 'Draw on the grid of the image; label maps on other grids are not resampled.' },
        ),
  );
}

function isDrawn({ artifacts, regions, entries }: Dossier, id: string): boolean {
  return (
    artifacts.some((one) => one.id === id && one.type === 'labelmap') ||
    regions.some((one) => one.id === id) ||
    entries.some((one) => one.id === id && one.type === 'annotation')
  );
}

function boxOf({ origin, size }: RegionMask): AnnotationContent['box'] {
  return { first: origin, last: [origin[0] + size[0] - 1, origin[1] + size[1] - 1, origin[2] + size[2] - 1] };
}

function threeOf({ shape: [ni, nj, nk] }: Grid): [number, number, number] {
  return [ni, nj, nk];
}

function emptyMask(region: string): Issue {
  return issue('info', 'mask-empty', `${region}: no voxel is marked; kept as the statement that there is nothing.`);
}

function refuse(code: string, message: string, remedy: string): Refused {
  return { refused: issue('error', code, message, { remedy }) };
}
