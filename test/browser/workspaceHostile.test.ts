import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { hostile, plantInto } from '../server/planted.ts';
import { type ServingProcess, signInOver, startServing } from '../server/serving.ts';
import { chromiumPath, launch } from './chromium.ts';

const executable = chromiumPath();
const root = join(import.meta.dirname, '..', '..');

if (executable === undefined)
  it.skip('attacks in data, in a browser: no Chromium on this machine, nothing of it was tested', () => {});
else
  describe('a patient whose every text is an attack (DICOM, FHIR, HL7, VCF, answers, file names)', () => {
    let browser: Browser;
    let folder: string;
    let serving: ServingProcess;
    let context: BrowserContext;
    let session: Awaited<ReturnType<typeof signInOver>>;
    let subject: string;
    let paths: string[];
    /** Whatever ran, or tried to. */
    const alarms: string[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'idiograph-hostile-'));
      const store = await openStore({ engine: 'sqlite', directory: folder });
      [subject] = (await plantInto(store, [hostile], () => new Date().toISOString())) as [string];
      await store.close();
      [browser, serving] = await Promise.all([launch(executable), startServing(folder)]);
      session = await signInOver(serving.url, serving.account!);
      const [name, value] = session.cookie.split('=') as [string, string];
      context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: 'en-GB' });
      await context.addCookies([{ name, value, url: serving.url }]);
      const { pages } = (await import(join(root, 'web', 'src', 'app', 'pages.ts'))) as { pages: { path: string }[] };
      const { rooms } = (await (await session.fetch(`/api/patients/${subject}/head`)).json()) as {
        rooms: { room: string }[];
      };
      paths = [
        ...new Set(
          pages.flatMap(({ path }) =>
            rooms.map(({ room }) =>
              path.replace(':subject', subject).replace(':room', room).replace(':instrument', 'phq-9'),
            ),
          ),
        ),
      ];
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await serving?.stop();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    async function watched(): Promise<Page> {
      const page = await context.newPage();
      page.on('dialog', (dialog) => {
        alarms.push(`dialog ${dialog.message()} on ${page.url()}`);
        void dialog.dismiss();
      });
      page.on('pageerror', (error) => alarms.push(`${error.message} on ${page.url()}`));
      page.on('console', (message) => {
        if (/Content Security Policy|Refused to|violates/.test(message.text()))
          alarms.push(`${message.text()} on ${page.url()}`);
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(`${serving.url}/`) && !/^(data|blob|about|file):/.test(request.url()))
          alarms.push(`asked for ${request.url()}`);
      });
      page.on('framenavigated', (frame) => {
        if (/^javascript:/.test(frame.url())) alarms.push(`navigated to ${frame.url()}`);
      });
      return page;
    }

    /** Elements that only an attack could have made: none of ours has such handlers, addresses or images. */
    const planted = `(() => [...document.querySelectorAll('img[src="x"], svg[onload], [onerror], [onload], [onclick], a[href^="javascript:" i], iframe[src^="javascript:" i], script:not([src])')].map((one) => one.outerHTML.slice(0, 200)))()`;

    it('is there: its texts reach the pages as texts', async () => {
      const head = await (await session.fetch(`/api/patients/${subject}/head`)).text();
      expect(head).toContain('onerror=alert');
      const page = await watched();
      await page.goto(`${serving.url}/patients/${subject}`);
      await page.locator('main h1').waitFor();
      expect(await page.locator('main h1').innerText()).toContain('<script>');
      await page.close();
    });

    it('runs nothing on any page, in the list, in a walk of why, in a search', async () => {
      const page = await watched();
      for (const path of paths) {
        await page.goto(serving.url + path);
        await page.locator('main#content').waitFor();
        await page.waitForTimeout(400);
        expect(await page.evaluate(planted), path).toEqual([]);
        // What opens on a click: disclosures, and a few of the things that say why.
        for (const one of (await page.locator('main summary, main .why-link').all()).slice(0, 4)) {
          await one.click({ timeout: 1500 }).catch(() => undefined);
          await page.waitForTimeout(150);
          expect(await page.evaluate(planted), path).toEqual([]);
          await page.keyboard.press('Escape');
        }
        for (const frame of page.frames()) {
          if (frame === page.mainFrame()) continue;
          expect(await frame.evaluate(planted).catch(() => []), `frame of ${path}`).toEqual([]);
        }
      }
      const { recommendations = [], lines = [] } = (await (
        await session.fetch(`/api/patients/${subject}/plan`)
      ).json()) as Record<string, { id: string }[]>;
      expect(recommendations.length + lines.length).toBeGreaterThan(0);
      expect(alarms).toEqual([]);
      await page.close();
    }, 120_000);

    it('runs nothing in the report: preview in its frame, and the document that is handed out', async () => {
      const preview = await session.fetch(`/api/patients/${subject}/report/preview`);
      expect(preview.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
      const exported = await session.fetch(`/api/patients/${subject}/report/export/html`);
      const html = await exported.text();
      expect(html).toContain('&#60;script&#62;');
      expect(html).not.toMatch(/<script[^>]*>(?!\s*<\/script>)[^<]*alert/);
      const file = join(folder, 'report.html');
      const { writeFileSync } = await import('node:fs');
      writeFileSync(file, html);
      const page = await watched();
      for (const address of [`${serving.url}/api/patients/${subject}/report/preview`, pathToFileURL(file).href]) {
        await page.goto(address);
        await page.waitForTimeout(300);
        const made = await page.evaluate<string[]>(planted).catch(() => [] as string[]);
        expect(
          made.filter((one) => !one.startsWith('<script')),
          address,
        ).toEqual([]);
      }
      expect(alarms).toEqual([]);
      await page.close();
    }, 60_000);

    it('gives file names and headers nothing either', async () => {
      for (const format of ['html', 'fhir']) {
        const { headers } = await session.fetch(`/api/patients/${subject}/report/export/${format}`);
        expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[A-Za-z0-9._-]+"$/);
      }
    });
  });
