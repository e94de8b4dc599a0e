import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patientPageDocument } from '../../src/report/html/patientPage.ts';
import { reportModel } from '../../src/report/model.ts';
import { subjectLine } from '../../src/report/pageOne.ts';
import { subjectWords } from '../../src/report/subjectWords.ts';
import { testReportInput } from '../../src/report/testModel.ts';
import { twinOf } from '../../src/report/twin.ts';
import { chromiumPath, launch } from './chromium.ts';

const executable = chromiumPath();

/** Everything that there is to say, released: the fullest page. */
function fullPage(language: string): string {
  const input = testReportInput({ subject: { label: 'Test subject', composite: true, synthetic: true } });
  const model = reportModel(input);
  const { label, birthDate } = subjectLine(model);
  return patientPageDocument({
    label,
    birthDate,
    words: subjectWords(input.dossier.subject, input.identities),
    day: '2026-03-10',
    signature: { author: 'dr-one', role: 'clinician', at: '2026-03-10T09:00:00Z' },
    items: twinOf(model, language).items.map(({ type, title, text }) => ({ type, title, says: text })),
    language,
  });
}

if (executable === undefined)
  it.skip("patient's page in a browser: no Chromium on this machine, nothing of it was tested", () => {});
else
  describe("patient's page in a browser", () => {
    let browser: Browser;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'idiograph-patient-page-'));
      for (const language of ['en', 'de']) writeFileSync(join(folder, `${language}.html`), fullPage(language));
      browser = await launch(executable);
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    async function open(language: string, width: number, more: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext({ viewport: { width, height: 800 }, ...more });
      const page = await context.newPage();
      await page.goto(pathToFileURL(join(folder, `${language}.html`)).href);
      return page;
    }

    it.each([
      ['light', 1200, 'en'],
      ['dark', 360, 'en'],
      ['dark', 1200, 'de'],
      ['light', 360, 'de'],
    ] as const)('has no accessibility violation that axe knows and does not scroll sideways: %s, %i pixels, %s', async (colorScheme, width, language) => {
      const page = await open(language, width, { colorScheme, bypassCSP: true });
      await page.addScriptTag({ content: axe.source });
      const found = await page.evaluate<unknown[]>(
        `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] }).then(({ violations }) =>
          violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.target.join(' ')).slice(0, 5) })))`,
      );
      expect(found).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
        0,
      );
      await page.context().close();
    });

    it.each([
      ['en', /Test subject \| P-42 \| Born 1980-05-14 \| COMPOSITE \| PARTLY SYNTHETIC/, /page 1 of \d/],
      ['de', /Test subject \| P-42 \| Geboren 1980-05-14 \| ZUSAMMENGESETZT \| TEILWEISE KÜNSTLICH/, /Seite 1 von \d/],
    ] as const)('prints two identifiers and the labels on each page, in the language of the page: %s', async (language, margin, number) => {
      const page = await open(language, 1200);
      const file = join(folder, `${language}.pdf`);
      writeFileSync(file, await page.pdf({ format: 'A4', preferCSSPageSize: false }));
      await page.context().close();
      let texts: string[];
      try {
        texts = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).split('\f').slice(0, -1);
      } catch (error) {
        // Without poppler the text of a PDF cannot be read here.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
        throw error;
      }
      expect(texts[0]).toMatch(number);
      for (const text of texts) expect(text).toMatch(margin);
    });
  });
