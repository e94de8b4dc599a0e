/** The list of patients as people use it: search, keys, merge, split and undo, in both themes, small and large, as each role. */
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentId } from '../../src/dossier/canonical.ts';
import type { StoreRecord } from '../../src/dossier/store.ts';
import { sampleIdentity, sampleSource, sampleSubject } from '../../src/store/samples.ts';
import { chromiumPath, launch } from './chromium.ts';
import { type Desk, openDesk } from './workspaceDesk.ts';

const executable = chromiumPath();
/** Where pictures go, for people who look at them. */
const shots = process.env['IDIOGRAPH_SHOTS'];
const many = 400;

if (executable === undefined)
  it.skip('the list of patients: no Chromium on this machine, nothing of it was tested', () => {});
else
  describe('the list of patients', () => {
    let browser: Browser;
    let desk: Desk;
    let page: Page;
    const ids: string[] = [];

    beforeAll(async () => {
      browser = await launch(executable);
      desk = await openDesk(browser);
      page = await desk.signIn('dr-list', ['clinician']);
      page.setDefaultTimeout(15_000);
    }, 120_000);
    afterAll(async () => {
      await desk?.close();
      await browser?.close();
    });

    /** Two of them are alike, one has to be acted on; each has a scan or a table. */
    async function fill() {
      const records: StoreRecord[] = [];
      const { store } = desk.workspace;
      for (let index = 0; index < many; index++) {
        const id = await store.nextSubjectId();
        ids.push(id);
        const blob = await store.putBlob(id, Buffer.from(`file ${index}`), 'text/csv');
        const number = sampleIdentity(id, `MRN-${5000 + index}`, {
          name: index < 2 ? 'Nováková^Žofie' : `Sample^${index}`,
          birthDate: index < 2 ? '1970-01-31' : '1980-02-01',
          sex: 'female',
        });
        const source = sampleSource(id, blob.sha256, {
          modality: index % 2 ? 'table' : 'MR',
          acquiredAt: '2024-05-01',
          identity: number.id,
          path: `file-${index}.csv`,
        });
        records.push(sampleSubject(id, index < 2 ? `Žofie Nováková ${index + 1}` : `Sample ${index}`), number, source);
      }
      records.push({
        kind: 'safety-check',
        id: contentId('safe', { subject: ids[7] }),
        subject: ids[7]!,
        run: 'run-plan',
        check: 'suicidality',
        display: 'Suicidality',
        state: 'positive',
        stateLabel: 'positive',
        urgency: 'now',
        statement: 'Stated today.',
        basis: [],
      });
      await store.write(records);
    }

    const lines = () => page.locator('.patient-list > li');
    const search = () => page.getByRole('searchbox', { name: 'Search patients' });
    const picture = async (name: string) => {
      if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
    };

    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    async function violations(of: Page, within = '#content'): Promise<string[]> {
      const found: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await of.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await of.evaluate(axe.source);
        const result = (await of.evaluate(
          `axe.run(${JSON.stringify(within)}, ${JSON.stringify({ runOnly, iframes: false })})`,
        )) as axe.AxeResults;
        for (const { id, nodes } of result.violations) {
          found.push(
            `${colorScheme} ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
          );
        }
      }
      await of.emulateMedia({ colorScheme: 'light' });
      return found;
    }

    it('says that nobody is there yet, then shows who came without being asked', async () => {
      await page.getByText('There is no patient yet').waitFor();
      expect(await violations(page)).toEqual([]);
      await picture('patients-empty');
      await fill();
      await page.getByText(`${many} patients`).waitFor();
      expect(await lines().count()).toBeLessThan(60);
      expect(await violations(page)).toEqual([]);
      await picture('patients-list');
    }, 60_000);

    it('is gone through by keys alone', async () => {
      await page.keyboard.press('/');
      expect(await page.evaluate('document.activeElement?.type')).toBe('search');
      await page.keyboard.type('zofie nov');
      await page.getByText(`2 of ${many}`).waitFor();
      await page.keyboard.press('Escape');
      await page.getByText(`${many} patients`).waitFor();
      await page.locator('.patient-link').first().focus();
      const focused = () => page.evaluate('document.activeElement?.textContent');
      const first = await focused();
      await page.keyboard.press('ArrowDown');
      await expect.poll(focused).not.toBe(first);
      await page.keyboard.press('End');
      await expect.poll(focused).toBe('Žofie Nováková 2');
      await page.keyboard.press('PageUp');
      await expect.poll(focused).toMatch(/^Sample/);
      await page.keyboard.press('Home');
      await expect.poll(focused).toBe(first);
    });

    it('finds by number and date of birth, filters and orders', async () => {
      for (const text of ['MRN-5007', 'mrn5007', ids[7]!]) {
        await search().fill(text);
        await page.getByText(`1 of ${many}`).waitFor();
        expect(await lines().first().textContent()).toContain('Act now: Suicidality');
      }
      await search().fill('31.01.1970');
      await page.getByText(`2 of ${many}`).waitFor();
      await search().fill('nobody of that name');
      await page.getByRole('button', { name: 'Clear search and filters' }).click();
      await page.getByLabel('Safety', { exact: true }).selectOption('now');
      await page.getByText(`1 of ${many}`).waitFor();
      await page.getByLabel('Safety', { exact: true }).selectOption('');
      await page.getByLabel('Order', { exact: true }).selectOption('urgency');
      await expect.poll(async () => (await lines().first().textContent()) ?? '').toContain('Act now');
      await page.getByLabel('Order', { exact: true }).selectOption('label');
    });

    it('leaves nothing of a patient in the address or in what the browser keeps', async () => {
      const asked: string[] = [];
      const note = (request: { url(): string }) => asked.push(request.url());
      page.on('request', note);
      await search().fill('Nováková');
      await page.getByText(`2 of ${many}`).waitFor();
      page.off('request', note);
      const kept = await page.evaluate('JSON.stringify([location.href, { ...localStorage }, { ...sessionStorage }])');
      expect(decodeURIComponent([...asked, kept].join(' '))).not.toMatch(/nov/i);
      await search().fill('');
    });

    it('suggests who may be one person, merges them with a reason, and takes it back', async () => {
      await page.getByRole('button', { name: 'Show them' }).click();
      await page.getByText(`2 of ${many}`).waitFor();
      await page.getByRole('button', { name: `Looks like ${ids[1]}` }).click();
      const dialog = page.getByRole('dialog', { name: 'Are these one person?' });
      await dialog.getByRole('button', { name: 'Choose Žofie Nováková 2' }).click();
      const confirm = dialog.getByRole('button', { name: `Merge ${ids[1]} into ${ids[0]}` });
      expect(await confirm.isDisabled()).toBe(true);
      await dialog.getByLabel('Reason').fill('two admissions of one person');
      expect(await violations(page, '[role=dialog]')).toEqual([]);
      await picture('patients-merge');
      await confirm.click();
      await page.getByText(`${ids[1]} is now ${ids[0]}.`, { exact: false }).waitFor();
      await page.getByRole('button', { name: 'Undo' }).waitFor();
      await page.getByLabel('Only possible duplicates').uncheck();
      await page.getByText(`${many - 1} patients`).waitFor();
      const dossier = await desk.workspace.store.reading({ purpose: 'care', actor: 'test' }).dossier(ids[0]!);
      expect(dossier.sources).toHaveLength(2);
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Taken back', { exact: false }).waitFor();
      await page.getByText(`${many} patients`).waitFor();
    });

    it('tells who decides by an old state, and changes nothing', async () => {
      await search().fill(ids[4]!);
      await page.getByRole('button', { name: 'Actions for Sample 4' }).click();
      await page.getByRole('menuitem', { name: 'Merge with another patient …' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('searchbox').fill('MRN-5005');
      await dialog.getByRole('button', { name: 'Choose Sample 5' }).click();
      await desk.workspace.store.write([sampleSubject(ids[5]!, 'Sample 5 renamed')]);
      await dialog.getByLabel('Reason').fill('the same');
      await dialog.getByRole('button', { name: /^Merge/ }).click();
      await dialog.getByText('One of the patients has changed since you looked', { exact: false }).waitFor();
      await page.keyboard.press('Escape');
      await search().fill('');
    });

    it('splits sources out, and takes that back with a reason', async () => {
      const { store } = desk.workspace;
      const [subject, other] = [ids[9]!, sampleIdentity(ids[9]!, 'FOREIGN-1', { name: 'Other^Person' })];
      const blob = await store.putBlob(subject, Buffer.from('foreign'), 'text/csv');
      const foreign = sampleSource(subject, blob.sha256, { identity: other.id, path: 'foreign.csv' });
      await store.write([other, foreign]);
      await search().fill('FOREIGN-1');
      await page.getByRole('button', { name: 'Actions for Sample 9' }).click();
      await page.getByRole('menuitem', { name: 'Identities and split …' }).click();
      const dialog = page.getByRole('dialog', { name: 'Identities of Sample 9' });
      await dialog.getByLabel('All of FOREIGN-1').check();
      await dialog.getByText('1 source chosen').waitFor();
      await dialog.getByLabel('Reason').fill('a foreign table');
      expect(await violations(page, '[role=dialog]')).toEqual([]);
      await picture('patients-split');
      await dialog.getByRole('button', { name: 'Split 1 source out' }).click();
      await page.getByText(`1 source of ${subject} went to`, { exact: false }).waitFor();
      await expect.poll(async () => (await lines().first().textContent()) ?? '').toContain('Other Person');

      await page.getByRole('button', { name: 'Actions for Other Person' }).click();
      await page.getByRole('menuitem', { name: 'Identities and split …' }).click();
      const acts = page.getByRole('dialog', { name: 'Identities of Other Person' });
      await acts.getByRole('button', { name: 'Take back …' }).click();
      await acts.getByLabel('Reason').fill('it was right');
      await acts.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Taken back', { exact: false }).waitFor();
      await expect.poll(async () => (await lines().first().textContent()) ?? '').toContain('Sample 9');
      await search().fill('');
    });

    it('fits a telephone and a wall', async () => {
      for (const width of [360, 3840]) {
        await page.setViewportSize({ width, height: 900 });
        await page.getByText(`${many} patients`).waitFor();
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        expect(await violations(page)).toEqual([]);
        await picture(`patients-${width}`);
      }
      await page.setViewportSize({ width: 1400, height: 900 });
    });

    it('speaks German', async () => {
      const german = await desk.signIn('dr-list', ['clinician'], { locale: 'de-DE' });
      await german.getByRole('searchbox', { name: 'Patienten suchen' }).waitFor();
      await german.getByText(`${many} Patienten`).waitFor();
      expect(await german.locator('#content').textContent()).not.toMatch(/patients\./);
    });

    it('shows a researcher what data there are and not whose; a viewer is offered no change', async () => {
      const researcher = await desk.signIn('dr-research', ['researcher']);
      await researcher.getByText(`${many} patients`).waitFor();
      const text = await researcher.locator('#content').textContent();
      expect(text).not.toMatch(/Sample|Nov|MRN|1980|1970/);
      expect(text).toContain(ids[0]!);
      expect(await researcher.getByRole('button', { name: /^Actions/ }).count()).toBe(0);
      const viewer = await desk.signIn('ms-view', ['viewer']);
      await viewer.getByText(`${many} patients`).waitFor();
      expect(await viewer.locator('#content').textContent()).toContain('Sample');
      expect(await viewer.getByRole('button', { name: /^(Actions|Looks)/ }).count()).toBe(0);
    });

    it('goes on when the server comes back, and breaks nothing on the way', async () => {
      await page.context().setOffline(true);
      await search().fill('Sample 11');
      await page.waitForTimeout(300);
      await page.context().setOffline(false);
      await page.getByText(/of 400/).waitFor({ timeout: 30_000 });
      expect(desk.errors).toEqual([]);
      expect(desk.complaints.filter((one) => !one.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
    }, 60_000);
  });
