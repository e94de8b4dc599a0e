import { open, rename, rm, writeFile } from 'node:fs/promises';
import type { Access, StoreConfig } from '../../dossier/store.ts';
import type { BlobAccess } from '../../intake/format.ts';
import { type AnnotateOrder, annotate } from './annotate.ts';
import { convertDicom } from './convertDicom.ts';
import { convertNifti } from './convertNifti.ts';
import { gridOf, type ImageRecord, isDicom } from './imageRecord.ts';
import { type LabelPlace, labelPlaces } from './labelPlaces.ts';
import { readPlainFile, readSlices } from './plainFile.ts';
import { type RegionOf, type RegionPlace, regionVolume } from './regionVolume.ts';
import { type SliceOrder, slicePicture } from './slicePicture.ts';

/** What the thread beside the server does: everything that would hold up other requests. Orders and results are plain data. */
export interface TaskTypes {
  /** Converts an image into `path`; written beside it and renamed when it is whole. */
  plain: { order: { record: ImageRecord; path: string }; result: true };
  /** Writes box or whole volume of a region into `path`, its place into `path` with `.json`. */
  region: { order: { of: RegionOf; image: ImageRecord; path: string; whole: boolean }; result: RegionPlace };
  labels: { order: { path: string }; result: LabelPlace[] };
  slice: { order: { slice: SliceOrder }; result: Uint8Array };
  annotate: { order: AnnotateOrder; result: Awaited<ReturnType<typeof annotate>> };
}
export type TaskName = keyof TaskTypes;

export interface TaskSurroundings {
  blobs: Required<BlobAccess>;
  signal: AbortSignal;
  progress(done: number, total: number): void;
}

type Tasks = {
  [K in TaskName]: (order: TaskTypes[K]['order'], around: TaskSurroundings) => Promise<TaskTypes[K]['result']>;
};

export const tasks: Tasks = {
  async plain({ record, path }, { blobs, signal, progress }) {
    const part = partOf(path);
    const file = await open(part, 'w', 0o600);
    try {
      const target = { file, signal, wrote: progress };
      if (isDicom(record)) await convertDicom(record, blobs, target);
      else await convertNifti(record, blobs, target);
      await file.sync();
      await file.close();
      await rename(part, path);
    } catch (error) {
      await file.close();
      await rm(part, { force: true });
      throw error;
    }
    return true;
  },
  async region({ of, image, path, whole }, { blobs }) {
    const made = await regionVolume(of, await gridOf(image, blobs), blobs);
    const bytes = whole ? made.whole() : made.box;
    const { place, issues } = made;
    await keep(path, bytes);
    await keep(`${path}.json`, JSON.stringify({ place, issues }));
    return { place, issues };
  },
  async labels({ path }) {
    const plain = await readPlainFile(path);
    const { shape, affineRas, values, slope, intercept } = await readSlices(plain, 0, plain.grid.shape[2], 0);
    const scaled =
      slope === 1 && intercept === 0 ? values : Float32Array.from(values, (one) => one * slope + intercept);
    return labelPlaces(scaled, shape, affineRas);
  },
  slice: ({ slice }) => slicePicture(slice),
  annotate: (order) => annotate(order),
};

let parts = 0;

/** Where something is written until it is whole: no two writers share it. */
function partOf(path: string): string {
  return `${path}.${process.pid}-${parts++}.part`;
}

async function keep(path: string, content: Uint8Array | string): Promise<void> {
  const part = partOf(path);
  await writeFile(part, content, { mode: 0o600 });
  await rename(part, path);
}

/** What crosses to the thread. */
export interface TaskMessage {
  id: number;
  name: TaskName;
  order: TaskTypes[TaskName]['order'];
  subject: string;
  access: Access;
}
export interface TaskThreadData {
  store: StoreConfig;
}
