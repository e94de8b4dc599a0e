/** The import as people do it: drop a folder, be cut off, go on after a reload, see what became of each file, join two people. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './chromium.ts';
import { type Desk, openDesk } from './workspaceDesk.ts';

const executable = chromiumPath();
/** Where pictures go, for people who look at them. */
const shots = process.env['IDIOGRAPH_SHOTS'];

if (executable === undefined)
  it.skip('the import page: no Chromium on this machine, nothing of it was tested', () => {});
else
  describe('the import page', () => {
    let browser: Browser;
    let desk: Desk;
    let page: Page;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'idiograph-import-page-'));
      mkdirSync(join(folder, 'case', 'forms'), { recursive: true });
      for (const patient of ['P1', 'P2'])
        writeFileSync(join(folder, 'case', 'forms', `${patient}.csv`), answersOf(patient));
      // Text of a file is text on the page.
      writeFileSync(join(folder, 'case', '<img src=x onerror=alert(1)>.dcm'), 'this is no DICOM');
      writeFileSync(join(folder, 'case', '.hidden'), 'of the operating system');
      mkdirSync(join(folder, 'large'));
      writeFileSync(join(folder, 'large', 'scan.bin'), Buffer.alloc(24_000_000, 7));
      writeFileSync(join(folder, 'large', 'answers.csv'), answersOf('P3'));
      browser = await launch(executable);
      desk = await openDesk(browser);
      page = await desk.signIn('dr-import', ['clinician']);
      page.setDefaultTimeout(40_000);
    }, 120_000);
    afterAll(async () => {
      expect(desk.errors).toEqual([]);
      expect(desk.complaints).toEqual([]);
      await desk?.close();
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function look(name: string, on = page): Promise<void> {
      // Colours that are on their way to others are nobody's.
      await on.mouse.move(0, 0);
      await on.waitForTimeout(400);
      if (shots !== undefined) await on.screenshot({ path: join(shots, `import-${name}.png`), fullPage: true });
      await on.evaluate(axe.source);
      const violations = await on.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      });
      expect(violations, name).toEqual([]);
    }

    /** Drops a folder of this disk, as the desktop would. */
    async function drop(path: string): Promise<void> {
      const zone = await page.getByText('Drop files and folders here').boundingBox();
      const session = await page.context().newCDPSession(page);
      const data = { items: [], files: [path], dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
        await session.send('Input.dispatchDragEvent', { type, x: zone!.x + 5, y: zone!.y + 5, data });
      await session.detach();
    }

    async function choose(path: string, button: string): Promise<void> {
      // The browser must be told to hand the dialogue over before the key is pressed: the focus gives it the time.
      const chooser = page.waitForEvent('filechooser');
      chooser.catch(() => {});
      await page.getByRole('button', { name: button }).focus();
      await page.keyboard.press('Enter');
      await (await chooser).setFiles(path);
    }

    it('a dropped folder is listed, sent, imported, and each file is accounted for', async () => {
      await page.getByRole('link', { name: 'Import' }).click();
      await look('empty');
      await drop(join(folder, 'case'));
      await page.getByText('3 files, ').waitFor();
      await page.getByText('One hidden file is not sent.').waitFor();
      await look('chosen');
      await page.getByRole('button', { name: 'Send and import 3 files' }).click();
      await page.waitForURL(/import\?job=j/);
      await page.getByText('Finished').first().waitFor();
      await page.getByText('2 patients', { exact: true }).waitFor();
      // The events of the server say that nothing is held any more.
      await expect.poll(() => page.getByText('Begun and not imported yet').count(), { timeout: 2_000 }).toBe(0);
      await page.getByRole('tab', { name: 'Refused (1)' }).click();
      await page.getByText('<img src=x onerror=alert(1)>.dcm').waitFor();
      await page.getByText('export it again if it matters').waitFor();
      await look('result');
    }, 120_000);

    it('two identities become one patient when somebody says so and why', async () => {
      await page.getByRole('button', { name: 'They are one patient' }).click();
      expect(await page.getByRole('button', { name: 'Join them' }).isDisabled()).toBe(true);
      await page.getByLabel('How you know it').fill('Both forms were filled in by the same person.');
      await look('join');
      await page.getByRole('button', { name: 'Join them' }).click();
      await page.waitForURL(/\/patients\/S000[12]$/);
      const all = await desk.workspace.store.reading({ purpose: 'care', actor: 'test' }).subjects({ merged: true });
      expect(all.filter(({ mergedInto }) => mergedInto !== undefined)).toHaveLength(1);
    }, 120_000);

    it('sending is paused, cut by a reload, and goes on where it was; what had arrived is not sent again', async () => {
      await page.goto(`${desk.url}/import`);
      const session = await page.context().newCDPSession(page);
      const network = (uploadThroughput: number) =>
        session.send('Network.emulateNetworkConditions', {
          offline: false,
          latency: 0,
          downloadThroughput: -1,
          uploadThroughput,
        });
      await session.send('Network.enable');
      await network(4_000_000);
      await choose(join(folder, 'large'), 'Choose a folder');
      await page.getByRole('button', { name: 'Send and import 2 files' }).click();
      const bar = page.getByRole('progressbar', { name: 'Sending files' }).first();
      await expect
        .poll(async () => Number(await bar.getAttribute('aria-valuenow')), { timeout: 20_000 })
        .toBeGreaterThan(10);
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('heading', { name: 'Paused' }).waitFor();
      await look('paused');
      await page.reload();
      await page.getByText('Begun and not imported yet').waitFor();
      await look('held');
      const [upload] = (await desk.workspace.uploads.list(await accountId())).map(({ bytes }) => bytes);
      expect(upload).toBeGreaterThan(2_000_000);
      expect(upload).toBeLessThan(24_000_000);
      await network(-1);
      await choose(join(folder, 'large'), 'Same folder again');
      await page.getByText('One file had arrived before and is not sent again.').waitFor();
      await page.waitForURL(/import\?job=j/);
      await page.getByText('Finished').first().waitFor();
      await page.getByText('One patient', { exact: true }).waitFor();
      await expect.poll(() => page.getByText('Begun and not imported yet').count(), { timeout: 2_000 }).toBe(0);
    }, 120_000);

    it('is usable at 360 px, in the dark, in another language', async () => {
      const small = await desk.signIn('dr-import', ['clinician'], {
        viewport: { width: 360, height: 740 },
        colorScheme: 'dark',
        locale: 'de-DE',
      });
      await small.goto(`${desk.url}/import`);
      await small.getByRole('heading', { name: 'Ein Patient' }).waitFor();
      await look('small', small);
      expect(await small.evaluate('document.documentElement.scrollWidth')).toBe(360);
    }, 120_000);

    it.each(['researcher', 'viewer', 'administrator'] as const)('is not there for a %s', async (role) => {
      const other = await desk.signIn(`a-${role}`, [role]);
      expect(await other.getByRole('link', { name: 'Import' }).count()).toBe(0);
      await other.goto(`${desk.url}/import`);
      await other.getByText('Your account may not see this').waitFor();
    }, 120_000);

    async function accountId(): Promise<string> {
      return (await desk.workspace.accounts.list()).find(({ name }) => name === 'dr-import')!.id;
    }
  });

function answersOf(patient: string): string {
  const items = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  return `patient,date,${items.map((item) => `phq9_${item}`).join(',')}\n${patient},2024-01-02,${items.map(() => 1).join(',')}\n`;
}
