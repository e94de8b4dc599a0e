import { expect, it } from 'vitest';
import { findChromium, printPdf } from './printPdf.ts';

it('says what to do where there is no browser that prints', async () => {
  await expect(printPdf('<p>x</p>', { chromium: '/nowhere/chromium' })).rejects.toMatchObject({
    code: 'unsupported',
    remedy: expect.stringContaining('print it to PDF from the browser'),
  });
});

const chromium = findChromium();
it.skipIf(chromium === undefined)(
  'prints a page, and does not run its scripts',
  async () => {
    const page = (script: string) => `<!doctype html><title>x</title><p>page</p>${script}`;
    const plain = await printPdf(page(''));
    expect(new TextDecoder('latin1').decode(plain.subarray(0, 5))).toBe('%PDF-');
    const long = await printPdf(page(`<script>document.body.innerHTML = '<p>x</p>'.repeat(2000)</script>`));
    const pages = (pdf: Uint8Array) => new TextDecoder('latin1').decode(pdf).match(/\/Type\s*\/Page\b/g)?.length;
    expect(pages(long)).toBe(pages(plain));
  },
  120_000,
);
