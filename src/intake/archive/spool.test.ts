import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { folderOf } from '../testing.ts';
import { makeSpool } from './spool.ts';

describe('makeSpool', () => {
  it('writes streams of any length to files that only their owner can read', async () => {
    const spool = makeSpool(folderOf({}));
    const large = Buffer.alloc(3 * 2 ** 20 + 7, 5);
    let counted = 0;
    const pieces = Array.from({ length: 50 }, (_, index) => large.subarray(index * 70_000, (index + 1) * 70_000));
    const diskPath = await spool.write(Readable.from(pieces), (bytes) => {
      counted += bytes;
    });
    expect(readFileSync(diskPath).equals(large)).toBe(true);
    expect(counted).toBe(large.length);
    expect(statSync(diskPath).mode & 0o077).toBe(0);
    spool.remove();
    expect(existsSync(diskPath)).toBe(false);
  });

  it('leaves no part of a file that was stopped', async () => {
    const parent = folderOf({});
    const spool = makeSpool(parent);
    const stop = () => {
      throw new Error('enough');
    };
    await expect(spool.write(Readable.from([Buffer.alloc(9)]), stop)).rejects.toThrow('enough');
    const [folder] = readdirSync(parent);
    expect(readdirSync(join(parent, folder!))).toEqual([]);
    spool.remove();
  });

  it('removes what a killed process left, and nothing of a living one', async () => {
    const dead = 2 ** 22 + 1; // above the largest process id of Linux
    const parent = folderOf({
      [`idiograph-intake-${dead}-a/0`]: 'x',
      [`idiograph-intake-${process.pid}-b/0`]: 'x',
      'other/0': 'x',
    });
    const spool = makeSpool(parent);
    await spool.write(Readable.from([Buffer.from('y')]), () => {});
    spool.remove();
    expect(readdirSync(parent).sort()).toEqual([`idiograph-intake-${process.pid}-b`, 'other']);
  });
});
