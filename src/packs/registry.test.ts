import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import tar from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateTinySegmenter } from '../../examples/tiny-segmenter/generate.ts';
import { loadNetworks } from './networkPack.ts';
import { addPack, installedPack, listPacks, removePack, verifyPack } from './registry.ts';

let root: string;
let directory: string;
let upstream: string;
const id = 'tiny-segmenter';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'idiograph-packs-'));
  directory = join(root, 'packs');
  upstream = join(root, 'upstream');
  await generateTinySegmenter(join(upstream, 'public', 'models'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function tarball(members: Record<string, Uint8Array | string>): Promise<string> {
  const pack = tar.pack();
  for (const [name, bytes] of Object.entries(members)) pack.entry({ name }, Buffer.from(bytes));
  pack.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of pack) parts.push(part as Uint8Array);
  const path = join(root, 'pack.tgz');
  await writeFile(path, gzipSync(Buffer.concat(parts)));
  return path;
}

async function tinyFiles(prefix: string): Promise<Record<string, Uint8Array>> {
  const folder = join(upstream, 'public', 'models', 'tiny');
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [`${prefix}tiny/${name}`, await readFile(join(folder, name))])),
  );
}

describe('addPack', () => {
  it('converts, checks and installs from a folder; the pack reads back verified', async () => {
    const manifest = await addPack(id, { from: upstream, directory });
    expect(manifest.licence.spdx).toBe('CC0-1.0');
    expect(manifest.conversion?.from.map(({ path }) => path)).toEqual([
      'tiny/model.json',
      'tiny/model.bin',
      'tiny/colormap.json',
    ]);
    expect((await verifyPack(id, directory)).state).toBe('installed');
    const { segmentation } = await loadNetworks((await installedPack(id, directory))!);
    expect(segmentation.labels[3]).toEqual({ value: 3, name: 'Lateral-Ventricle', color: '#781286' });
    expect(segmentation.method).toMatch(/^tiny-segmenter-tiny@[0-9a-f]{12}$/);
    expect(await readdir(directory)).toEqual([id]);
  });

  it('gives the same files from an npm tarball and from an address', async () => {
    const wanted = (await addPack(id, { from: upstream, directory })).files;
    expect((await addPack(id, { from: await tarball(await tinyFiles('package/')), directory })).files).toEqual(wanted);
    const files = await tinyFiles('/');
    const server = createServer((request, response) => {
      const bytes = files[request.url ?? ''];
      response.writeHead(bytes ? 200 : 404).end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      expect((await addPack(id, { from: `http://127.0.0.1:${port}`, directory })).files).toEqual(wanted);
    } finally {
      server.close();
    }
  });

  it('leaves the old pack in place when the new one is broken', async () => {
    await addPack(id, { from: upstream, directory });
    await writeFile(join(upstream, 'public', 'models', 'tiny', 'model.bin'), 'short');
    await expect(addPack(id, { from: upstream, directory })).rejects.toMatchObject({ code: 'pack-invalid' });
    expect((await verifyPack(id, directory)).state).toBe('installed');
    expect(await readdir(directory)).toEqual([id]);
  });

  it('refuses a network of another number of classes than its labels', async () => {
    const colormap = join(upstream, 'public', 'models', 'tiny', 'colormap.json');
    await writeFile(colormap, '{"R":[0],"G":[0],"B":[0],"labels":["Unknown"]}');
    await expect(addPack(id, { from: upstream, directory })).rejects.toThrow(/1 labels for 5 classes/);
  });

  it('refuses a network that is not the one of the catalogue', async () => {
    const folder = join(upstream, 'model18cls');
    await mkdir(folder);
    const tiny = join(upstream, 'public', 'models', 'tiny');
    for (const name of await readdir(tiny)) await writeFile(join(folder, name), await readFile(join(tiny, name)));
    await expect(addPack('meshnet-18', { from: upstream, directory })).rejects.toThrow(/is not the network/);
    expect(await installedPack('meshnet-18', directory)).toBeUndefined();
  });

  it('refuses files whose hash is another than the catalogue states', async () => {
    await writeFile(join(upstream, 'ABCG2.json'), '{"gene":"ABCG2"}');
    await expect(addPack('pharmacogene-definitions', { from: upstream, directory })).rejects.toMatchObject({
      code: 'pack-invalid',
    });
  });

  it('does not write outside its folder for a hostile tarball, and refuses what is no tarball', async () => {
    const hostile = await tarball({ '../../escaped.txt': 'out', '/absolute.txt': 'out', 'package/a.txt': 'in' });
    await expect(addPack(id, { from: hostile, directory })).rejects.toMatchObject({ code: 'not-found' });
    expect((await readdir(root)).sort()).not.toContain('escaped.txt');
    const text = join(root, 'no.tgz');
    await writeFile(text, 'not gzip');
    await expect(addPack(id, { from: text, directory })).rejects.toMatchObject({ code: 'pack-invalid' });
  });

  it('names what it does not know', async () => {
    await expect(addPack('no-such', { from: upstream, directory })).rejects.toMatchObject({ code: 'not-found' });
    await expect(addPack(id, { from: join(root, 'nowhere'), directory })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('installed packs', () => {
  it('are broken when a file was changed, and are read by nobody then', async () => {
    await addPack(id, { from: upstream, directory });
    await appendFile(join(directory, id, 'tiny.onnx'), 'x');
    const state = await verifyPack(id, directory);
    expect(state.state).toBe('broken');
    expect(state.problems).toHaveLength(1);
    await expect((await installedPack(id, directory))!.read('tiny.onnx')).rejects.toMatchObject({
      code: 'pack-invalid',
    });
    await expect((await installedPack(id, directory))!.read('../../etc')).rejects.toMatchObject({
      code: 'pack-invalid',
    });
  });

  it('are listed with their licence, present or not', async () => {
    expect(
      (await listPacks(directory)).every(({ state, licence }) => state === 'absent' && licence.attribution !== ''),
    ).toBe(true);
    await mkdir(join(directory, id), { recursive: true });
    await writeFile(join(directory, id, 'manifest.json'), '{');
    expect((await listPacks(directory)).find((one) => one.id === id)?.state).toBe('broken');
    expect(await installedPack(id, directory)).toBeUndefined();
  });

  it('go when they are removed', async () => {
    await addPack(id, { from: upstream, directory });
    await removePack(id, directory);
    expect(await installedPack(id, directory)).toBeUndefined();
    await expect(removePack(id, directory)).rejects.toMatchObject({ code: 'not-found' });
  });
});
