/** Questionnaire, plan, signature, release and report as people use them, in two tabs, both themes, small and large. */
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './chromium.ts';
import { type Desk, openDesk } from './workspaceDesk.ts';

const executable = chromiumPath();
/** Where pictures go, for people who look at them. */
const shots = process.env['IDIOGRAPH_SHOTS'];

if (executable === undefined)
  it.skip('pages of plan, questionnaires and report: no Chromium on this machine, nothing of it was tested', () => {});
else
  describe('pages of plan, questionnaires and report', () => {
    let browser: Browser;
    let desk: Desk;
    let page: Page;
    let second: Page;
    const at = (path: string) => `${desk.url}/patients/s1/${path}`;

    beforeAll(async () => {
      browser = await launch(executable);
      desk = await openDesk(browser);
      await desk.workspace.store.write([
        {
          kind: 'subject',
          id: 's1',
          type: 'patient',
          label: 'Example patient',
          composite: false,
          synthetic: true,
          question: 'What speaks for going on?',
        },
      ]);
      page = await desk.signIn('dr-one', ['clinician']);
      second = await desk.signIn('dr-two', ['clinician']);
      for (const one of [page, second]) one.setDefaultTimeout(15_000);
    }, 120_000);
    afterAll(async () => {
      await desk?.close();
      await browser?.close();
    });

    async function picture(of: Page, name: string) {
      if (shots) await of.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
    }

    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    /** What axe finds in the page of the address as it is, in light and dark; the frame around it has tests of its own. */
    async function violations(of: Page): Promise<string[]> {
      const found: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await of.emulateMedia({ colorScheme });
        await of.evaluate(axe.source);
        const result = (await of.evaluate(
          `axe.run({ include: ['#content'], exclude: ['.identity', '.urgent'] }, ${JSON.stringify({ runOnly, iframes: false })})`,
        )) as axe.AxeResults;
        found.push(
          ...result.violations.map(
            ({ id, nodes }) =>
              `${colorScheme} ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
          ),
        );
      }
      await of.emulateMedia({ colorScheme: 'light' });
      return found;
    }

    it('a questionnaire is saved while it is filled in, survives a reload, and its safety text comes first', async () => {
      await page.goto(at('questionnaires'));
      await page.getByRole('link', { name: 'Fill in: PHQ-9' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('link', { name: 'Fill in: PHQ-9' }).click();
      for (let item = 1; item <= 8; item++)
        await page
          .getByRole('radiogroup')
          .nth(item)
          .getByRole('radio')
          .nth(item === 1 ? 2 : 1)
          .check();
      await page.getByText(/^Saved /).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.reload();
      await page.getByRole('radiogroup').nth(8).getByRole('radio').nth(1).waitFor();
      expect(await page.getByRole('radiogroup').nth(8).getByRole('radio').nth(1).isChecked()).toBe(true);
      await page.getByRole('radiogroup').nth(9).getByRole('radio').nth(1).check();
      // What a positive answer asks for stands where it is given, and above the page, before the form is completed.
      await page.getByText('Before anything else').waitFor();
      await page
        .locator('.urgent')
        .getByText(/Thoughts of self-harm: positive/)
        .waitFor();
      await page.getByRole('button', { name: 'Look through' }).click();
      await page.getByText('Look through before it is kept').waitFor();
      await page.getByRole('button', { name: 'Keep as answered' }).click();
      await page.getByRole('button', { name: 'I have seen this' }).waitFor();
      await picture(page, 'escalation');
      expect(await violations(page)).toEqual([]);
      expect(await page.getByText('Kept', { exact: true }).count()).toBe(0);
      await page.getByRole('button', { name: 'I have seen this' }).click();
      await page.getByText('Scores and plan are up to date.').waitFor({ timeout: 60_000 });
    }, 120_000);

    it('a second tab of one account is told what the first has saved', async () => {
      const form = at('questionnaires/gad-7');
      const tab = await page.context().newPage();
      await page.goto(form);
      await tab.goto(form);
      const answer = (of: Page, value: number) =>
        of.getByRole('radiogroup').nth(1).getByRole('radio').nth(value).check();
      await answer(page, 2);
      await page.getByText(/^Saved /).waitFor();
      await answer(tab, 0);
      await tab.getByText('Another tab has saved this form').waitFor();
      await tab.getByRole('button', { name: 'Take the saved answers' }).click();
      expect(await tab.getByRole('radiogroup').nth(1).getByRole('radio').nth(2).isChecked()).toBe(true);
      await tab.getByRole('button', { name: 'Throw away' }).click();
      await tab.getByRole('dialog').getByRole('button', { name: 'Throw away' }).click();
      await tab.getByRole('heading', { name: 'Questionnaires' }).waitFor();
      await tab.close();
    }, 60_000);

    it('the plan asks for the own decision first, hides nothing urgent, and takes decisions by keyboard', async () => {
      await page.goto(at('plan'));
      await page.getByText('Before you read on').waitFor();
      expect(await page.getByText('Thoughts of self-harm: positive').count()).toBeGreaterThan(0);
      await page.getByLabel('Your decision by your own judgement').fill('Interview this week');
      await page.getByLabel('How sure are you?').check();
      await page.getByRole('button', { name: 'Keep and show the plan' }).click();
      const lines = page.locator('[data-line]');
      await lines.first().waitFor();
      await picture(page, 'plan');
      expect(await violations(page)).toEqual([]);

      await lines.first().focus();
      await page.keyboard.press('j');
      expect(await page.evaluate(`document.querySelectorAll('[data-line]')[1] === document.activeElement`)).toBe(true);
      await page.keyboard.press('k');
      await page.keyboard.press('r');
      await page.getByLabel('Reason').fill('Done last week');
      await page.keyboard.press('Control+Enter');
      await lines.first().getByText('Rejected', { exact: true }).waitFor();
      expect(await lines.first().innerText()).toContain('Done last week');
      await lines.first().getByRole('button', { name: 'Take back' }).click();
      await lines.first().getByText('Not decided yet').waitFor();
      expect(await lines.first().innerText()).toContain('2 decisions in all');
    }, 60_000);

    it('of two readers on one line the second sees what the first did, and loses no word', async () => {
      await second.goto(at('plan'));
      await second.getByRole('button', { name: 'Show the plan', exact: true }).click();
      const theirs = second.locator('[data-line]').first();
      await theirs.getByRole('button', { name: 'Modify' }).click();
      await theirs.getByLabel('Reason').fill('Other words are needed');
      await page.locator('[data-line]').first().getByRole('button', { name: 'Accept' }).click();
      await page.locator('[data-line]').first().getByText('Accepted', { exact: true }).waitFor();
      await theirs.getByRole('button', { name: 'Keep the decision' }).click();
      await second.getByText('It changed since you looked').waitFor();
      expect(await second.getByRole('alert').filter({ hasText: 'dr-one' }).count()).toBe(1);
      await picture(second, 'conflict');
      expect(await theirs.getByLabel('Reason').inputValue()).toBe('Other words are needed');
      await theirs.getByRole('button', { name: 'Keep the decision' }).click();
      await theirs.getByText('Modified', { exact: true }).waitFor();
    }, 60_000);

    it('is signed when what is urgent is settled, amended with a reason, and released item by item', async () => {
      await page.goto(at('plan'));
      const sign = page.getByRole('button', { name: 'Sign', exact: true });
      await sign.waitFor();
      expect(await sign.isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Record an action' }).first().click();
      await page.getByLabel('What was done, by whom').fill('Spoken with the person, plan agreed');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Nothing stands in the way of signing.').waitFor();
      // It stays in sight, apart from what cannot wait.
      await page
        .locator('.acted-today')
        .getByText(/Spoken with the person, plan agreed/)
        .waitFor();
      await sign.click();
      await page.getByText(/^Signed by dr-one/).waitFor();
      await page.getByRole('button', { name: 'Show what was signed' }).click();
      await page
        .getByRole('dialog')
        .getByText(/^Modified/)
        .waitFor();
      await page.keyboard.press('Escape');

      await page.locator('[data-line]').nth(1).getByRole('button', { name: 'Accept' }).click();
      await page.getByText('1 thing changed since').waitFor();
      await page.getByLabel('Reason of the amendment').fill('One more line decided');
      await page.getByRole('button', { name: 'Amend' }).click();
      await page.getByText('Amendment, because: One more line decided').waitFor();
      // Item by item: there is no button for all of them.
      expect(await page.getByRole('button', { name: /^Release \d+ item/ }).count()).toBe(0);
      const release = page.getByRole('region', { name: 'The patient’s page' });
      const item = release.locator('> div > div', { hasText: 'Plan line' }).filter({ hasText: 'Accepted' }).first();
      await item.getByRole('button', { name: /^Release: / }).click();
      const agreed = item.getByLabel('What was agreed with the person');
      if ((await agreed.count()) > 0) await agreed.fill('Spoken about today');
      await item.getByRole('button', { name: 'Release', exact: true }).click();
      await page.getByText('Released', { exact: true }).first().waitFor();
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.frameLocator('iframe').getByText('It does not hold everything').waitFor();
      await picture(page, 'signed');
      expect(await violations(page)).toEqual([]);
    }, 90_000);

    it('the report says who signed, prints to PDF, and is refused to who may not hand it out', async () => {
      await page.goto(at('report'));
      await page
        .getByText(/Amended by dr-one/)
        .first()
        .waitFor();
      await page.frameLocator('iframe').getByText('Amended by dr-one').first().waitFor();
      await picture(page, 'report');
      expect(await violations(page)).toEqual([]);
      const [pdf] = await Promise.all([
        page.waitForEvent('download', { timeout: 60_000 }),
        page.getByRole('button', { name: 'PDF' }).first().click(),
      ]);
      expect(pdf.suggestedFilename()).toBe('s1-report.pdf');
      const viewer = await desk.signIn('a-viewer', ['viewer']);
      await viewer.goto(at('report'));
      await viewer.getByText('not hand it out').waitFor();
      expect(await viewer.getByRole('button', { name: 'PDF' }).count()).toBe(0);
      await viewer.goto(at('plan'));
      await viewer.locator('[data-line]').first().waitFor();
      expect(await viewer.getByRole('button', { name: 'Accept' }).count()).toBe(0);
      await viewer.goto(at('questionnaires'));
      await viewer.getByText('Your account may not see this').waitFor();
    }, 120_000);

    it('fits a phone and speaks German', async () => {
      const small = await desk.signIn('dr-one', ['clinician'], {
        locale: 'de-DE',
        viewport: { width: 360, height: 740 },
      });
      for (const path of ['plan', 'questionnaires', 'questionnaires/peg', 'report']) {
        await small.goto(at(path));
        await small.locator('h2').first().waitFor();
        const overflow = await small.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(overflow, path).toBeLessThanOrEqual(0);
        await picture(small, `small-${path.replace('/', '-')}`);
        expect(await violations(small)).toEqual([]);
      }
      await small.goto(at('plan'));
      await small.getByText('Unterschrift', { exact: true }).waitFor();
    }, 120_000);

    it('nothing was asked of anybody else, and nothing broke', () => {
      expect(desk.errors).toEqual([]);
      expect(desk.complaints).toEqual([]);
    });
  });
