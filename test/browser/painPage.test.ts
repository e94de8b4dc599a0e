/** A map of pain is drawn by mouse and keyboard, red flags are asked, and the page of pain shows them, small and large. */
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './chromium.ts';
import { type Desk, openDesk } from './workspaceDesk.ts';

const executable = chromiumPath();

if (executable === undefined)
  it.skip('the page of pain: no Chromium on this machine, nothing of it was tested', () => {});
else
  describe('the page of pain', () => {
    let browser: Browser;
    let desk: Desk;
    let page: Page;
    const at = (path: string) => `${desk.url}/patients/s1/${path}`;
    const region = (code: string) => page.locator(`[data-region="${code}"]`);

    beforeAll(async () => {
      browser = await launch(executable);
      desk = await openDesk(browser);
      await desk.workspace.store.write([
        { kind: 'subject', id: 's1', type: 'patient', label: 'Example patient', composite: false, synthetic: true },
      ]);
      page = await desk.signIn('dr-one', ['clinician']);
      page.setDefaultTimeout(15_000);
    }, 120_000);
    afterAll(async () => {
      await desk?.close();
      await browser?.close();
    });

    async function violations(): Promise<string[]> {
      const found: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate(axe.source);
        const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
        const result = (await page.evaluate(
          `axe.run({ include: ['#content'], exclude: ['.identity', '.urgent'] }, ${JSON.stringify({ runOnly })})`,
        )) as axe.AxeResults;
        for (const { id, nodes } of result.violations)
          found.push(
            `${colorScheme} ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
          );
      }
      await page.emulateMedia({ colorScheme: 'light' });
      return found;
    }

    async function keep() {
      await page.getByRole('button', { name: 'Look through' }).click();
      await page.getByRole('button', { name: 'Keep as answered' }).click();
    }

    it('a map is drawn by click and by keyboard, and survives a reload', async () => {
      await page.goto(at('questionnaires/body-map'));
      await page.getByText('Nothing is answered yet.').waitFor();
      await region('back-lower-back-left').click();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Space');
      await page.getByText('2 places marked: Back, lower back, right; Back, lower back, left').waitFor();
      // The right of the person lies right in the figure seen from behind.
      const [left, right] = await Promise.all(
        ['left', 'right'].map((side) => region(`back-lower-back-${side}`).boundingBox()),
      );
      expect(left!.x).toBeLessThan(right!.x);
      const [ofFront] = await Promise.all([region('front-hand-left').boundingBox()]);
      expect(ofFront!.x).toBeGreaterThan((await region('front-hand-right').boundingBox())!.x);
      await page.getByText(/^Saved /).waitFor();
      expect(await violations()).toEqual([]);
      await page.reload();
      await page.getByText('2 places marked').waitFor();
      expect(await region('back-lower-back-right').getAttribute('aria-checked')).toBe('true');
      await page.getByText('As a list').click();
      await page.getByRole('checkbox', { name: 'Front, knee, left' }).last().check();
      await page.getByText('3 places marked').waitFor();
      await keep();
      await page.getByText('Scores and plan are up to date.').waitFor({ timeout: 60_000 });
    }, 120_000);

    it('the page shows the map with its counts, what is missing, and red flags as not assessed', async () => {
      await page.goto(at('rooms/pain'));
      await page.getByText('3 of 56 regions').first().waitFor();
      const flags = page.locator('section[aria-labelledby="pain-red-flags"]');
      expect(await flags.getByText('not assessed').count()).toBeGreaterThan(0);
      expect(await page.getByText('The painful area is not examined at the bedside.').count()).toBe(1);
      expect(await violations()).toEqual([]);
      const walk = page.getByRole('button', { name: '3 of 56 regions' }).first();
      await walk.click();
      await page.getByRole('dialog').getByText('Body map of pain', { exact: false }).first().waitFor();
      await page.keyboard.press('Escape');
    }, 60_000);

    it('a red flag that is answered yes stands above every page at once', async () => {
      await page.goto(at('rooms/pain'));
      await page
        .locator('section[aria-labelledby="pain-red-flags"]')
        .getByRole('link', { name: 'ask now' })
        .first()
        .click();
      await page.getByRole('radiogroup').nth(2).getByRole('radio', { name: 'yes' }).check();
      await page.getByText('Examine today', { exact: false }).first().waitFor();
      await page.getByText(/^Saved /).waitFor();
      await keep();
      await page.getByRole('button', { name: 'I have seen this' }).click();
      await page.getByText('Scores and plan are up to date.').waitFor({ timeout: 60_000 });
      await page.goto(at('rooms/pain'));
      await page.locator('.red-flag.now').getByText('cauda equina: positive', { exact: false }).waitFor();
      await page.locator('.urgent').getByText('cauda equina', { exact: false }).first().waitFor();
    }, 120_000);

    it('a second map comes with a slider that keys move', async () => {
      await page.goto(at('questionnaires/body-map'));
      await page.getByRole('button', { name: 'It hurts nowhere' }).click();
      await page.getByText(/^Saved /).waitFor();
      await keep();
      await page.getByText('Scores and plan are up to date.').waitFor({ timeout: 60_000 });
      await page.goto(at('rooms/pain'));
      const slider = page.getByRole('slider', { name: 'Map by day' });
      await page.getByText('0 of 56 regions').first().waitFor();
      await slider.focus();
      await page.keyboard.press('ArrowLeft');
      await page.getByText('(map 1 of 2)').waitFor();
      expect(await page.locator('.body-figure .hurts').count()).toBe(3);
      expect(await violations()).toEqual([]);
    }, 120_000);

    it('fits a telephone', async () => {
      await page.setViewportSize({ width: 360, height: 740 });
      for (const path of ['rooms/pain', 'questionnaires/body-map', 'questionnaires/pain-red-flags', '']) {
        await page.goto(at(path));
        await page.locator('main#content h2').first().waitFor();
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), path).toBeLessThanOrEqual(0);
      }
      await page.goto(at('questionnaires/body-map'));
      const hand = await region('front-hand-left').boundingBox();
      expect(Math.min(hand!.width, hand!.height)).toBeGreaterThanOrEqual(24);
      expect(desk.errors).toEqual([]);
      expect(desk.complaints).toEqual([]);
    }, 60_000);
  });
