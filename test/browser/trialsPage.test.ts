/** A single-patient trial is planned, frozen, followed and ended on its page; small, large, light and dark. */
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Entry } from '../../src/dossier/entry.ts';
import { Fact } from '../../src/dossier/fact.ts';
import { dayAfter, TrialPlan } from '../../src/dossier/trial.ts';
import { freezeTrial } from '../../src/nof1/freeze.ts';
import { randomOf } from '../../src/nof1/random.ts';
import { simulateDaily } from '../../src/nof1/simulate.ts';
import { chromiumPath, launch } from './chromium.ts';
import { type Desk, openDesk } from './workspaceDesk.ts';

const executable = chromiumPath();

/** A trial that is half through on this day, with a diary of every day until then. */
function running(today: string): { entry: Entry; facts: Fact[] } {
  const plan = TrialPlan.parse({
    title: 'Evening walk against rest',
    treatment: 'evening walk',
    comparison: 'rest',
    measure: 'pain',
    worthwhile: 1,
    seed: '11',
    design: { type: 'pairs', cycles: 8, periodDays: 5 },
    sideEffect: { measure: 'fatigue', stopAt: 8 },
  });
  const trial = freezeTrial(plan, dayAfter(today, -70), `${dayAfter(today, -71)}T10:00:00Z`);
  const truth = { effect: -2, deviation: 1, autocorrelation: 0.2, carryOver: 0, missing: 0.05, trend: 0 };
  const [line] = simulateDaily(trial.schedule, truth, 5.5, randomOf('answers'));
  const facts = line.flatMap((value, day) =>
    value === undefined || day > 70
      ? []
      : [
          Fact.parse({
            kind: 'fact',
            id: `fact-${day}`,
            subject: 's1',
            source: 'src-1',
            place: `line ${day + 2}`,
            type: 'observation',
            code: { system: 'idiograph', code: 'diary', display: 'Diary' },
            value: {
              type: 'components',
              components: [
                { code: { system: 'diary', code: 'pain', display: 'pain' }, value: Math.round(value), unit: '{score}' },
                { code: { system: 'diary', code: 'fatigue', display: 'fatigue' }, value: 3, unit: '{score}' },
              ],
            },
            at: dayAfter(trial.startDay, day),
            status: 'completed',
            isEvent: false,
            issues: [],
          }),
        ],
  );
  const entry = Entry.parse({
    kind: 'entry',
    id: 'entry-trial',
    subject: 's1',
    type: 'trial',
    author: 'dr-one',
    role: 'clinician',
    at: trial.frozenAt,
    targets: [],
    slot: `trial|${trial.hash}`,
    content: trial,
  });
  return { entry, facts };
}

if (executable === undefined)
  it.skip('the page of trials: no Chromium on this machine, nothing of it was tested', () => {});
else
  describe('the page of trials', () => {
    let browser: Browser;
    let desk: Desk;
    let page: Page;
    const at = (path: string) => `${desk.url}/patients/s1/${path}`;

    beforeAll(async () => {
      browser = await launch(executable);
      desk = await openDesk(browser);
      const { entry, facts } = running(new Date().toISOString().slice(0, 10));
      await desk.workspace.store.write([
        { kind: 'subject', id: 's1', type: 'patient', label: 'Example patient', composite: false, synthetic: true },
        entry,
        ...facts,
      ]);
      page = await desk.signIn('dr-one', ['clinician']);
      page.setDefaultTimeout(20_000);
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
          `axe.run({ include: ['#content'] }, ${JSON.stringify({ runOnly })})`,
        )) as axe.AxeResults;
        for (const { id, nodes } of result.violations)
          found.push(`${colorScheme} ${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
      }
      await page.emulateMedia({ colorScheme: 'light' });
      return found;
    }

    it('plans a trial, shows what it can find, and freezes it', async () => {
      await page.goto(at('trials'));
      await page.getByRole('button', { name: 'Plan a trial' }).click();
      await page.getByLabel('Treatment (B)').fill('drug at night');
      await page.getByLabel('Comparison (A)').fill('no drug');
      await page.getByLabel('Cycles of two periods').fill('4');
      await page.getByLabel('Days a period').fill('5');
      await page.getByRole('button', { name: 'Simulate' }).click();
      const table = page.getByRole('table', { name: 'What the trial can find' });
      await table.getByRole('row').nth(5).waitFor({ timeout: 90_000 });
      expect(await table.getByRole('row').nth(2).textContent()).toContain('0.13');
      await page.screenshot({
        path: `${process.env.IDIOGRAPH_SHOTS ?? desk.workspace.home.cache}/form.png`,
        fullPage: true,
      });
      expect(await violations()).toEqual([]);
      await page.getByRole('button', { name: 'Draw and freeze' }).click();
      const card = page.getByRole('region', { name: 'drug at night / no drug' });
      await card.getByText(/^(Running|Begins)/).waitFor();
      expect(await card.getByText(/^Frozen .* by dr-one/).count()).toBe(1);
    }, 120_000);

    it('ends a running one with a reason, and tells what it says', async () => {
      const card = page.getByRole('region', { name: 'Evening walk against rest' });
      await card.getByRole('button', { name: 'End this trial' }).click();
      await card.getByLabel('Reason').fill('moved house');
      await card.getByRole('button', { name: 'End it' }).click();
      await card.getByText('moved house').waitFor();
      await card.getByRole('row', { name: /Probability that the treatment is better/ }).waitFor({ timeout: 60_000 });
      expect(await card.getByRole('row', { name: /Treatment minus comparison/ }).textContent()).toMatch(/[−-][12]\.\d/);
      await card.getByText('Schedule', { exact: true }).click();
      expect(await violations()).toEqual([]);
      const folder = process.env.IDIOGRAPH_SHOTS ?? desk.workspace.home.cache;
      await page.screenshot({ path: `${folder}/trials.png`, fullPage: true });
      await page.goto(at('rooms/nof1'));
      await page
        .getByRole('img', { name: /comparison mean/ })
        .first()
        .waitFor();
      expect(await violations()).toEqual([]);
      await page.screenshot({ path: `${folder}/room.png`, fullPage: true });
    }, 120_000);

    it('fits a telephone in the dark', async () => {
      await page.setViewportSize({ width: 360, height: 740 });
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.goto(at('trials'));
      await page.getByRole('region', { name: 'Evening walk against rest' }).waitFor();
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      expect(wide).toBeLessThanOrEqual(360);
      await page.screenshot({
        path: `${process.env.IDIOGRAPH_SHOTS ?? desk.workspace.home.cache}/small.png`,
        fullPage: true,
      });
      expect(desk.errors).toEqual([]);
      expect(desk.complaints).toEqual([]);
    }, 60_000);
  });
