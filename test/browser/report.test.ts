import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quantity, testFinding } from '../../src/plan/testFindings.ts';
import { reportDocument } from '../../src/report/html/document.ts';
import { reportModel } from '../../src/report/model.ts';
import { testFindings, testReportInput } from '../../src/report/testModel.ts';
import { chromiumPath, launch } from './chromium.ts';

const executable = chromiumPath();

if (executable === undefined)
  it.skip('report in a browser: no Chromium on this machine, nothing of it was tested', () => {});
else
  describe('report in a browser', () => {
    let browser: Browser;
    let folder: string;
    let url: string;
    const asked: string[] = [];
    const complaints: string[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'idiograph-report-'));
      const file = join(folder, 'report.html');
      const subject = {
        label: 'Test subject',
        question: 'What speaks for going on?',
        composite: true,
        synthetic: true,
      };
      writeFileSync(file, reportDocument(reportModel(testReportInput({ subject }))));
      url = pathToFileURL(file).href;
      browser = await launch(executable);
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    async function open(width: number, height: number, more: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext({ viewport: { width, height }, ...more });
      const page = await context.newPage();
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(url);
      return page;
    }

    it.each([
      [1200, 800],
      [400, 800],
    ])('shows what must be acted on in the first screen at %i x %i, before anything else is said of the patient', async (width, height) => {
      const page = await open(width, height);
      const check = page.locator('.check.now').first();
      const action = (await check.locator('.action').boundingBox())!;
      expect(action.y).toBeGreaterThan(0);
      expect(action.y + action.height).toBeLessThan(height);
      const impression = (await page.locator('#impression').boundingBox())!;
      expect(impression.y).toBeGreaterThan(action.y);
      await page.context().close();
    });

    it.each([
      ['light', 1200],
      ['dark', 1200],
      ['light', 400],
      ['dark', 400],
    ] as const)('has no accessibility violation that axe knows: %s, %i pixels', async (colorScheme, width) => {
      const page = await open(width, 800, { colorScheme, bypassCSP: true });
      await page.addScriptTag({ content: axe.source });
      const found = await page.evaluate<{ id: string; nodes: string[] }[]>(
        `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] }).then(({ violations }) =>
          violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.target.join(' ')).slice(0, 5) })))`,
      );
      expect(found).toEqual([]);
      await page.context().close();
    });

    it.each([400, 700, 1200])('does not scroll sideways at %i pixels', async (width) => {
      const page = await open(width, 800);
      const wide = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(wide).toBe(0);
      await page.context().close();
    });

    it('lands from every why link on an explanation that is open and ends in path and hash, without script', async () => {
      const page = await open(1200, 800, { javaScriptEnabled: false });
      const links = await page.locator('a[href^="#why-"]').all();
      const targets = new Set<string>();
      for (const link of links) targets.add((await link.getAttribute('href'))!.slice(1));
      expect(targets.size).toBeGreaterThan(7);
      for (const target of targets) {
        await page.locator(`a[href="#${target}"]`).first().click();
        const block = page.locator(`[id="${target}"]`);
        expect(await block.innerText()).toMatch(/Ends at: S\d+ \S+ sha256 [0-9a-f]{16}/);
        const box = (await block.boundingBox())!;
        expect(box.height).toBeGreaterThan(20);
        expect(box.y + box.height).toBeGreaterThan(0);
        expect(box.y).toBeLessThan(800);
      }
      await page.context().close();
    });

    it('shows pictures with a text, and focus on every kind of link', async () => {
      const page = await open(1200, 800);
      const image = page.locator('figure img').first();
      expect(await image.evaluate((one) => (one as unknown as { naturalWidth: number }).naturalWidth)).toBe(320);
      expect(await image.getAttribute('alt')).not.toBe('');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement?.textContent')).toBe('To the plan');
      await page.keyboard.press('Tab');
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      expect(outline).toBe('solid');
      await page.context().close();
    });

    it('is another page in the dark theme, and legible in it', async () => {
      const grounds: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await open(1200, 800, { colorScheme });
        const colours = await page.evaluate<string[]>(
          '(({ backgroundColor, color }) => [backgroundColor, color])(getComputedStyle(document.documentElement))',
        );
        expect(colours[0]).not.toBe(colours[1]);
        grounds.push(colours[0]);
        await page.context().close();
      }
      expect(grounds).toEqual(['rgb(255, 255, 255)', 'rgb(18, 23, 29)']);
    });

    it('prints on A4 and Letter with two identifiers and the stamps in the margin of every page', async () => {
      const page = await open(1200, 800);
      for (const format of ['A4', 'Letter']) {
        const pdf = await page.pdf({ format, preferCSSPageSize: false });
        expect(pdf.byteLength).toBeGreaterThan(10_000);
        const texts = pagesOf(pdf);
        for (const text of texts ?? []) {
          expect(text).toMatch(/Test subject \| P-42 \| born 1980-05-14 \| COMPOSITE \| PARTLY SYNTHETIC/);
          expect(text).toMatch(/page \d+ of \d+/);
        }
      }
      await page.context().close();
    });

    it('prints a heavy patient on few pages: small lists, and a list of runs with hashes for the walk of each finding', async () => {
      const findings = Array.from({ length: 400 }, (_, i) =>
        testFinding('region-volume', quantity(i, 'mL'), {
          site: `region-${i}`,
          run: 'run-brain',
          derivedFrom: ['src-record'],
        }),
      );
      const input = testReportInput({ findings: [...testFindings(), ...findings], subject: { label: 'Test subject' } });
      const page = await open(1200, 800);
      await page.setContent(reportDocument(reportModel(input)));
      const texts = pagesOf(await page.pdf({ format: 'A4', preferCSSPageSize: true }));
      if (texts !== undefined) {
        expect(texts.length).toBeLessThanOrEqual(9);
        const all = texts.join('');
        for (const words of ['region-399', 'Rests on', 'run-brain', 'S2']) expect(all).toContain(words);
        expect(all).not.toContain('Ends at');
        for (const text of texts) expect(text).toMatch(/Test subject \| P-42 \| born 1980-05-14/);
      }
      await page.context().close();
    }, 60_000);

    /** Text of each page; undefined where poppler's pdftotext is absent. */
    function pagesOf(pdf: Buffer): string[] | undefined {
      const file = join(folder, 'report.pdf');
      writeFileSync(file, pdf);
      try {
        const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
        return text.split('\f').slice(0, -1);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    }

    it('asked nothing of the network and had nothing to complain about', () => {
      expect(asked.filter((address) => !/^(file|data):/.test(address))).toEqual([]);
      expect(asked.length).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
    });
  });
