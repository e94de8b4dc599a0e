import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isLeft, writeWhole, writeWholeLines } from './wholeFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-whole-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('files under their names are whole', () => {
  it('makes the folder, replaces what is there and leaves nothing beside it', () => {
    const path = join(folder, 'a', 'b', 'map.nii.gz');
    writeWhole(path, 'first');
    writeWhole(path, 'second');
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['map.nii.gz']);
  });

  it('keeps the former file and takes its own part away when it cannot be put in place', () => {
    const taken = join(folder, 'taken');
    mkdirSync(join(taken, 'table.csv'), { recursive: true });
    writeFileSync(join(taken, 'table.csv', 'kept'), 'kept');
    expect(() => writeWhole(join(taken, 'table.csv'), 'text')).toThrow(/EISDIR/);
    // A part of the name of this process cannot be written where a folder stands.
    mkdirSync(join(taken, `.other.csv.${process.pid}.part`));
    writeFileSync(join(taken, 'other.csv'), 'former');
    expect(() => writeWhole(join(taken, 'other.csv'), 'text')).toThrow(/EISDIR/);
    expect(readFileSync(join(taken, 'other.csv'), 'utf8')).toBe('former');
    expect(readFileSync(join(taken, 'table.csv', 'kept'), 'utf8')).toBe('kept');
  });

  it('follows a link and writes to a device without taking its place', () => {
    const real = join(folder, 'real.json');
    const link = join(folder, 'link.json');
    writeFileSync(real, 'old');
    symlinkSync(real, link);
    writeWhole(link, 'new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe('new');
    const nothing = join(folder, 'nothing');
    symlinkSync('/dev/null', nothing);
    writeWhole(nothing, 'text');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(lstatSync(nothing).isSymbolicLink()).toBe(true);
  });

  it('writes lines without holding them all, and no file when they stop halfway', () => {
    const path = join(folder, 'lines.csv');
    const line = 'x'.repeat(400_000);
    writeWholeLines(path, [line, 'é', line, line, 'end']);
    expect(readFileSync(path, 'utf8')).toBe(`${line}\né\n${line}\n${line}\nend\n`);
    const broken = function* () {
      yield 'one';
      throw new Error('stopped');
    };
    expect(() => writeWholeLines(join(folder, 'broken.csv'), broken())).toThrow('stopped');
    expect(readdirSync(folder).filter((name) => name.includes('broken'))).toEqual([]);
  });

  it('knows what a killed process left', () => {
    expect(isLeft(`.map.nii.gz.${2 ** 22 + 1}.part`)).toBe(true);
    expect(isLeft(`.map.nii.gz.${process.pid}.part`)).toBe(false);
    expect(isLeft(`.map.nii.gz.${process.ppid}.part`)).toBe(false);
    expect(isLeft('map.nii.gz')).toBe(false);
  });
});
