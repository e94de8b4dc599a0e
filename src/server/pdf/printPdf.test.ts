import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clearPrints, findChromium, printPdf } from './printPdf.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'idiograph-prints-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('removes what killed programs have left, and not what another one prints', async () => {
  const left = async (name: string) => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'page.html'), 'a report');
    return join(folder, name);
  };
  // A number beyond any process; our own from before; one that lives; one that lives and took far too long.
  const gone = [
    await left('print-4194999-a'),
    await left(`print-${process.pid}-b`),
    await left(`print-${process.ppid}-c`),
  ];
  const [, , slow] = gone as [string, string, string];
  await utimes(slow, new Date(0), new Date(0));
  const alive = await left(`print-${process.ppid}-d`);
  await clearPrints(folder);
  expect(gone.filter((path) => existsSync(path))).toEqual([]);
  expect(existsSync(alive)).toBe(true);
  await rm(alive, { recursive: true });
  await clearPrints(join(folder, 'not there'));
});

it('says what to do where there is no browser that prints', async () => {
  await expect(printPdf('<p>x</p>', { folder, chromium: '/nowhere/chromium' })).rejects.toMatchObject({
    code: 'unsupported',
    remedy: expect.stringContaining('print it to PDF from the browser'),
  });
});

const chromium = findChromium();
it.skipIf(chromium === undefined)(
  'prints a page, and does not run its scripts',
  async () => {
    const page = (script: string) => `<!doctype html><title>x</title><p>page</p>${script}`;
    const plain = await printPdf(page(''), { folder });
    expect(new TextDecoder('latin1').decode(plain.subarray(0, 5))).toBe('%PDF-');
    const long = await printPdf(page(`<script>document.body.innerHTML = '<p>x</p>'.repeat(2000)</script>`), { folder });
    const pages = (pdf: Uint8Array) => new TextDecoder('latin1').decode(pdf).match(/\/Type\s*\/Page\b/g)?.length;
    expect(pages(long)).toBe(pages(plain));
    expect(await readdir(folder)).toEqual([]);
  },
  120_000,
);
