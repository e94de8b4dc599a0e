import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { DiskCache } from './diskCache.ts';
import { type Drawing, KeptDrawing } from './drawing.ts';

export interface DrawingKey {
  subject: string;
  image: string;
  account: string;
}

/** Unfinished drawings, one for each reader and image. What `save` has resolved survives a reload and a restart. */
export interface Drawings {
  get(key: DrawingKey): Promise<KeptDrawing | undefined>;
  /** Undefined when another tab has saved since the version that was seen (0: none). */
  save(key: DrawingKey, drawing: Drawing, seen: number, at: string): Promise<KeptDrawing | undefined>;
  discard(key: DrawingKey): Promise<void>;
}

/** Drawings under way in this folder, one of each account on each image; two tabs take turns. */
export function openDrawings(folder: DiskCache): Drawings {
  const pathOf = ({ subject, image, account }: DrawingKey) => folder.place(subject, `${image}|${account}`);
  /** One after the other for each path: what is read is what is written over. */
  const turns = new Map<string, Promise<unknown>>();
  async function read(path: string): Promise<KeptDrawing | undefined> {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : KeptDrawing.safeParse(JSON.parse(text)).data;
  }
  async function inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
    const before = turns.get(path) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    turns.set(path, mine);
    try {
      return await mine;
    } finally {
      if (turns.get(path) === mine) turns.delete(path);
    }
  }
  return {
    get: async (key) => read(await pathOf(key)),
    async save(key, drawing, seen, at) {
      const path = await pathOf(key);
      return inTurn(path, async () => {
        const version = (await read(path))?.version ?? 0;
        if (version !== seen) return undefined;
        const kept = { ...drawing, version: version + 1, savedAt: at };
        await writeFile(`${path}.part`, JSON.stringify(kept), { mode: 0o600, flush: true });
        await rename(`${path}.part`, path);
        return kept;
      });
    },
    async discard(key) {
      const path = await pathOf(key);
      await inTurn(path, () => rm(path, { force: true }));
    },
  };
}
