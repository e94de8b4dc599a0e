import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeSpool } from './archive/spool.ts';
import { defaultLimits, type Limits } from './format.ts';
import { folderOf, tarOf, zipOf } from './testing.ts';
import { walk } from './walk.ts';

async function walkAll(folder: string, limits: Partial<Limits> = {}) {
  const spoolParent = folderOf({});
  const spool = makeSpool(spoolParent);
  const found: Record<string, string> = {};
  try {
    const options = {
      limits: { ...defaultLimits, ...limits },
      spool,
      isKnown: (file: { path: string }) => file.path.endsWith('.nii.gz'),
    };
    for await (const one of walk([folder], options)) {
      if ('file' in one) found[one.file.path] = readFileSync(one.file.diskPath, 'latin1').slice(0, 40);
      else if ('refused' in one) found[one.path] = `refused ${one.refused.code}`;
      else found[one.path] = `ignored ${one.ignored.code}`;
    }
  } finally {
    spool.remove();
  }
  const { readdirSync } = await import('node:fs');
  expect(readdirSync(spoolParent)).toEqual([]);
  return found;
}

describe('walk', () => {
  it('meets files in an order that depends on names only, and names what it passes over', async () => {
    const folder = folderOf({ 'b/2.txt': '2', 'b/10.txt': '10', 'a.txt': 'a', '.git/x': 'x', 'empty.txt': '' });
    const found = await walkAll(folder);
    expect(Object.entries(found)).toEqual([
      ['.git', 'ignored hidden-file'],
      ['a.txt', 'a'],
      ['b/10.txt', '10'],
      ['b/2.txt', '2'],
      ['empty.txt', 'refused file-empty'],
    ]);
  });

  it('follows links to files inside the folder only', async () => {
    const outside = folderOf({ 'secret.txt': 'secret' });
    const folder = folderOf({ 'objects/one.txt': 'one', 'sub/x.txt': 'x' });
    symlinkSync(join(folder, 'objects', 'one.txt'), join(folder, 'inside.txt'));
    symlinkSync(join(outside, 'secret.txt'), join(folder, 'outside.txt'));
    symlinkSync(join(folder, 'sub'), join(folder, 'loop'));
    symlinkSync(join(folder, 'gone'), join(folder, 'broken.txt'));
    const found = await walkAll(folder);
    expect(found['inside.txt']).toBe('one');
    expect(found['outside.txt']).toBe('refused link-outside');
    expect(found['loop']).toBe('ignored link-to-folder');
    expect(found['broken.txt']).toBe('refused link-broken');
  });

  it('opens archives by content and leaves packed files of a known format as they are', async () => {
    const inner = zipOf([{ name: 'deep.txt', content: 'deep' }]);
    const tar = await tarOf([
      { name: 'd/one.txt', content: 'one' },
      { name: 'in.zip', content: inner },
    ]);
    const folder = folderOf({
      'pictures.dat': zipOf([
        { name: 'a/b.txt', content: 'zipped' },
        { name: 'a/', content: '' },
      ]),
      'tar.txt': tar,
      'tar.tgz': gzipSync(tar),
      'plain.txt.gz': gzipSync('plain'),
      'image.nii.gz': gzipSync('image'),
    });
    const found = await walkAll(folder);
    expect(found['pictures.dat!/a/b.txt']).toBe('zipped');
    expect(found['tar.txt!/d/one.txt']).toBe('one');
    expect(found['tar.tgz!/in.zip!/deep.txt']).toBe('deep');
    expect(found['plain.txt.gz!/plain.txt']).toBe('plain');
    expect(found).toHaveProperty(['image.nii.gz']);
    expect(Object.keys(found)).toHaveLength(7);
  });

  it('refuses hostile members and reads the rest', async () => {
    const folder = folderOf({
      'a.zip': zipOf([
        { name: '../evil.txt', content: 'x' },
        { name: 'link', content: '/etc/passwd', mode: 0o120777 },
        { name: 'secret.txt', content: 'x', encrypted: true },
        { name: 'short.txt', content: 'longer than stated', statedBytes: 3 },
        { name: 'good.txt', content: 'good' },
      ]),
      'b.tar': await tarOf([
        { name: '../evil.txt', content: 'x' },
        { name: 'link', linkname: '/etc/passwd' },
        { name: 'good.txt', content: 'good' },
      ]),
    });
    const found = await walkAll(folder);
    expect(found).toMatchObject({
      'a.zip!/../evil.txt': 'refused archive-path-unsafe',
      'a.zip!/link': 'refused archive-link',
      'a.zip!/secret.txt': 'refused archive-encrypted',
      'a.zip!/short.txt': 'refused archive-member-damaged',
      'a.zip!/good.txt': 'good',
      'b.tar!/../evil.txt': 'refused archive-path-unsafe',
      'b.tar!/link': 'refused archive-link',
      'b.tar!/good.txt': 'good',
    });
    expect(existsSync(join(folder, '..', 'evil.txt'))).toBe(false);
  });

  it('stops at its limits: entries, size, ratio, nesting', async () => {
    const zeros = Buffer.alloc(4 * 2 ** 20);
    const three = zipOf([1, 2, 3].map((n) => ({ name: `${n}.txt`, content: `${n}` })));
    const nested = zipOf([{ name: 'b.zip', content: zipOf([{ name: 'c.zip', content: three }]) }]);
    const folder = folderOf({ 'three.zip': three, 'large.gz': gzipSync(zeros), 'nested.zip': nested });
    const found = await walkAll(folder, { archiveEntries: 2, inflatedBytes: 2 ** 20 });
    expect(found).toMatchObject({
      'three.zip!/1.txt': '1',
      'three.zip': 'refused archive-too-many-entries',
      'large.gz': 'refused archive-too-large',
      'nested.zip!/b.zip!/c.zip': 'refused archive-nesting',
    });
  });

  it('ends a gzip that unpacks to more than 200 times its size, once that is more than a mask could be', async () => {
    const folder = folderOf({ 'bomb.gz': gzipSync(Buffer.alloc(257 * 2 ** 20)) });
    expect(await walkAll(folder)).toEqual({ 'bomb.gz': 'refused archive-ratio' });
  });

  it('keeps what a cut archive still gives', async () => {
    const tar = await tarOf([
      { name: 'one.txt', content: 'one' },
      { name: 'two.txt', content: 'x'.repeat(5000) },
    ]);
    const found = await walkAll(folderOf({ 'cut.tar': tar.subarray(0, 3000) }));
    expect(found).toEqual({ 'cut.tar!/one.txt': 'one', 'cut.tar': 'refused archive-damaged' });
  });
});
