import * as nodeFiles from 'node:fs/promises';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../../dossier/canonical.ts';
import { openSqliteStore } from '../sqlite/store.ts';
import { blobFolder, type Files } from './folder.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'idiograph-blobs-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const config = () => ({ engine: 'sqlite' as const, directory });
const care = { purpose: 'care' as const, actor: 'tester' };

/** The file system with a note of what is made durable when, or with a failure at one kind of step. */
function watchedFiles(note: (step: string) => void): Files {
  return {
    ...nodeFiles,
    async open(path, flags, mode) {
      const handle = await nodeFiles.open(path, flags, mode);
      const { writeFile: write, sync } = handle;
      const name = flags === 'wx' ? 'temporary' : basename(String(path));
      handle.writeFile = async (...given) => {
        note(`write ${name}`);
        return write.apply(handle, given);
      };
      handle.sync = async () => {
        note(`sync ${name}`);
        return sync.call(handle);
      };
      return handle;
    },
    async rename(from, to) {
      note('rename');
      return nodeFiles.rename(from, to);
    },
  };
}

const filesIn = async () => {
  const entries = await readdir(join(directory, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};

test('bytes are forced to disk before they get their name, the name before anybody is told', async () => {
  const steps: string[] = [];
  const store = await openSqliteStore(
    config(),
    {},
    watchedFiles((step) => steps.push(step)),
  );
  const { sha256: hash } = await store.putBlob('S1', Buffer.from('content'), 'text/plain');
  const folder = hash.slice(0, 2);
  expect(steps.slice(-4)).toEqual(['write temporary', 'sync temporary', 'rename', `sync ${folder}`]);
  // The folders that were made for it are safe too, each in the one that holds it.
  expect(steps.slice(0, -4)).toEqual([`sync ${basename(directory)}`, 'sync blobs', 'sync S1']);
  await store.close();
});

for (const failing of ['write temporary', 'sync temporary', 'rename', 'sync folder']) {
  for (const size of [10, 9 * 2 ** 20]) {
    test(`a disk that fails at "${failing}" of ${size} bytes: refused, nothing left, and it works again later`, async () => {
      let broken = true;
      const bytes = Buffer.alloc(size, 1);
      const step = failing === 'sync folder' ? `sync ${sha256(bytes).slice(0, 2)}` : failing;
      const files = watchedFiles((done) => {
        if (broken && done === step) throw Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' });
      });
      const store = await openSqliteStore(config(), {}, files);
      const file = join(directory, 'input');
      await writeFile(file, bytes);
      const put = () => store.putBlob('S1', { file }, 'text/plain');
      await expect(put()).rejects.toMatchObject({ code: 'store-io', fields: { system: 'ENOSPC' } });
      expect(await store.reading(care).list('S1', 'blob')).toEqual([]);
      // After a failed fsync of the folder the whole file stands unacknowledged; a retry adopts it.
      expect((await filesIn()).filter((name) => name.endsWith('.part'))).toEqual([]);
      broken = false;
      const blob = await put();
      expect((await store.reading(care).blob('S1', blob.sha256)).byteLength).toBe(size);
      await store.close();
    });
  }
}

test('damaged and missing files are named with a remedy, as bytes and as a stream', async () => {
  const folder = blobFolder(directory);
  const { sha256: hash } = await folder.place('S1', Buffer.from('content'));
  await writeFile(folder.path('S1', hash), 'c0ntent');
  const damage = { code: 'integrity', fields: { blob: `S1/${hash}`, path: folder.path('S1', hash) } };
  await expect(folder.read('S1', hash)).rejects.toMatchObject(damage);
  const reading = async () => {
    for await (const _ of await folder.stream('S1', hash));
  };
  await expect(reading()).rejects.toMatchObject(damage);
  await rm(dirname(folder.path('S1', hash)), { recursive: true });
  await expect(folder.read('S1', hash)).rejects.toMatchObject({ code: 'integrity', remedy: /Import/ });
  await expect(folder.stream('S1', hash)).rejects.toMatchObject({ code: 'integrity' });
});

test('a damaged file is mended as its remedy says: removed, and the original put again', async () => {
  const store = await openSqliteStore(config());
  const reader = store.reading(care);
  const put = () => store.putBlob('S1', Buffer.from('content'), 'text/plain');
  const { sha256: hash } = await put();
  const path = blobFolder(join(directory, 'blobs')).path('S1', hash);
  await writeFile(path, 'c0ntent');
  await expect(reader.blob('S1', hash)).rejects.toMatchObject({ code: 'integrity', remedy: /^Remove/ });
  await rm(path);
  await put();
  expect(String(await reader.blob('S1', hash))).toBe('content');
  await store.close();
});
