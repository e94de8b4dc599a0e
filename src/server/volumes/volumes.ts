import { readFile } from 'node:fs/promises';
import { contentId } from '../../dossier/canonical.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { Access, Store } from '../../dossier/store.ts';
import type { AnnotateOrder } from './annotate.ts';
import { openDiskCache } from './diskCache.ts';
import { type Drawings, openDrawings } from './drawings.ts';
import type { ImageRecord } from './imageRecord.ts';
import type { LabelPlace } from './labelPlaces.ts';
import { type PlainFile, readPlainFile } from './plainFile.ts';
import type { RegionOf, RegionPlace } from './regionVolume.ts';
import type { SliceOrder } from './slicePicture.ts';
import type { TaskTypes } from './tasks.ts';
import { openTaskThread } from './taskThread.ts';

/** Raised when plain volumes or region masks would come out different: files of older versions are then not used. */
const version = 1;
const defaultMostBytes = 8 * 2 ** 30;
const forgetEveryMs = 5 * 60_000;
/** For how long a conversion goes on for which nobody waits. */
const patienceMs = 3_000;

interface Asked {
  subject: string;
  access: Access;
  signal?: AbortSignal;
}

/** Images as the page needs them: made in a thread beside the server, kept on disk as long as there is room. */
export interface Volumes {
  /** Content id of the plain form of an image: equal ids are equal bytes. */
  contentOf(record: ImageRecord): string;
  /** Whether the plain form is there already. */
  isReady(record: ImageRecord): Promise<boolean>;
  /** The plain form, converted when it is not there. Several who wait for one image wait for one conversion. */
  plain(record: ImageRecord, asked: Asked & { progress?(done: number, total: number): void }): Promise<PlainFile>;
  /** A region on the grid of an image as a file, and where it lies. */
  region(
    image: ImageRecord,
    of: RegionOf,
    asked: Asked & { whole: boolean },
  ): Promise<RegionPlace & { path: string; content: string }>;
  /** Places of the labels of a label map. */
  labels(record: ImageRecord, asked: Asked): Promise<LabelPlace[]>;
  /** PNG. Paths in the order come from `plain` and `region`. */
  slice(order: SliceOrder, asked: Asked): Promise<Uint8Array>;
  /** Entries and masks of what was drawn; nothing is stored. */
  annotate(order: AnnotateOrder, asked: Asked): Promise<TaskTypes['annotate']['result']>;
  readonly drawings: Drawings;
  /** Starts the thread, which takes half a second, before it is needed. */
  warm(): void;
  /** Deletes images and drawings of these. */
  forgetSubjects(subjects: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

interface Conversion {
  path: string;
  waiting: number;
  controller: AbortController;
  listeners: Set<(done: number, total: number) => void>;
  file: Promise<PlainFile>;
}

/** Opens the images of a store, with threads and caches of their own; close it. */
export function openVolumes({
  store,
  folder,
  drawingsFolder,
  mostBytes = defaultMostBytes,
}: {
  store: Store;
  folder: string;
  drawingsFolder: string;
  mostBytes?: number;
}): Volumes {
  const cache = openDiskCache(folder, mostBytes);
  const drawn = openDiskCache(drawingsFolder, Number.POSITIVE_INFINITY);
  const thread = openTaskThread(store.config);
  const conversions = new Map<string, Conversion>();
  const regions = new Map<string, Promise<RegionPlace>>();
  const labelsKept = new Map<string, Promise<LabelPlace[]>>();
  const folders = [cache, drawn];
  async function forgetErased(): Promise<void> {
    const erased = (await store.tombstones()).map(({ subject }) => subject);
    for (const one of folders) await one.forget(erased);
  }
  async function tidy(): Promise<void> {
    const subjects = await store.reading({ purpose: 'maintenance', actor: 'server' }).subjects({ merged: true });
    for (const one of folders) await one.keepOnly(subjects.map(({ id }) => id));
  }
  const starting = tidy();
  starting.catch(() => undefined);
  const timer = setInterval(() => void forgetErased().catch(() => undefined), forgetEveryMs);
  timer.unref();

  function contentOf(record: ImageRecord): string {
    return contentId('vol', { record: record.id, blob: record.blob, version });
  }

  async function plain(record: ImageRecord, { subject, access, signal, progress }: Parameters<Volumes['plain']>[1]) {
    await starting.catch(() => undefined);
    signal?.throwIfAborted();
    const path = await cache.place(record.subject, contentOf(record));
    let conversion = conversions.get(path);
    if (conversion === undefined) {
      if (await cache.has(path)) return readPlainFile(path);
      conversion = conversions.get(path) ?? convert(record, path, { subject, access });
    }
    return await waitFor(conversion, signal, progress);
  }

  function convert(record: ImageRecord, path: string, { subject, access }: Asked): Conversion {
    const controller = new AbortController();
    const listeners: Conversion['listeners'] = new Set();
    const file = (async () => {
      try {
        await thread.run(
          'plain',
          { record, path },
          {
            subject,
            access,
            signal: controller.signal,
            progress: (done, total) => {
              for (const listener of listeners) listener(done, total);
            },
          },
        );
        const made = await readPlainFile(path);
        await cache.trim(new Set([path]));
        return made;
      } finally {
        if (conversions.get(path)?.controller === controller) conversions.delete(path);
      }
    })();
    file.catch(() => undefined);
    const conversion: Conversion = { path, waiting: 0, controller, listeners, file };
    conversions.set(path, conversion);
    return conversion;
  }

  /** When nobody waits any more, the work stops. */
  async function waitFor(
    conversion: Conversion,
    signal?: AbortSignal,
    progress?: (done: number, total: number) => void,
  ) {
    conversion.waiting++;
    if (progress) conversion.listeners.add(progress);
    let leave = () => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(new IdiographError('aborted', 'the image is not waited for any more'));
      signal?.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([conversion.file, left]);
    } finally {
      signal?.removeEventListener('abort', leave);
      if (progress) conversion.listeners.delete(progress);
      if (--conversion.waiting === 0) {
        // A page that is loaded again asks again at once.
        const over = setTimeout(() => {
          if (conversion.waiting > 0) return;
          conversion.controller.abort();
          if (conversions.get(conversion.path) === conversion) conversions.delete(conversion.path);
        }, patienceMs);
        over.unref();
      }
    }
  }

  return {
    drawings: openDrawings(drawn),
    warm: () => thread.warm(),
    contentOf,
    async isReady(record) {
      return cache.has(await cache.place(record.subject, contentOf(record)));
    },
    plain,
    async region(image, of, { subject, access, whole }) {
      const shape = 'entry' in of ? of.entry.id : { region: of.region.id, blob: of.source.blob };
      const content = contentId('mask', { image: contentOf(image), of: shape, whole, version });
      const path = await cache.place(subject, content);
      if (await cache.has(path)) {
        const kept = await readFile(`${path}.json`, 'utf8').catch(() => undefined);
        if (kept !== undefined) return { ...(JSON.parse(kept) as RegionPlace), path, content };
      }
      let making = regions.get(path);
      if (making === undefined) {
        // Not stopped when one who asked goes away: another may wait for the same.
        making = thread.run('region', { of, image, path, whole }, { subject, access });
        regions.set(path, making);
        making.catch(() => undefined).finally(() => regions.delete(path));
      }
      return { ...(await making), path, content };
    },
    async labels(record, asked) {
      const key = contentOf(record);
      const known = labelsKept.get(key);
      if (known) return known;
      const { path } = await plain(record, asked);
      const places = thread.run('labels', { path }, { subject: asked.subject, access: asked.access });
      labelsKept.set(key, places);
      for (const oldest of [...labelsKept.keys()].slice(0, -50)) labelsKept.delete(oldest);
      places.catch(() => labelsKept.delete(key));
      return places;
    },
    slice: (slice, { subject, access, signal }) =>
      thread.run('slice', { slice }, { subject, access, ...(signal && { signal }) }),
    annotate: (order, { subject, access }) => thread.run('annotate', order, { subject, access }),
    async forgetSubjects(subjects) {
      for (const one of folders) await one.forget(subjects);
    },
    async close() {
      clearInterval(timer);
      for (const { controller } of conversions.values()) controller.abort();
      await starting.catch(() => undefined);
      await thread.close();
    },
  };
}
