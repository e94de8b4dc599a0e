/**
 * A composite of real data - a head (T1), a PET with its contours, a genome - and a generated record, from the drop to the
 * signed plan, as a clinician would do it in one sitting.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedData } from '../../conformance/shared.ts';
import { generateExamples } from '../../examples/generate.ts';
import { chromiumPath, launch } from './chromium.ts';
import { type Desk, openDesk } from './workspaceDesk.ts';

const executable = chromiumPath();
const shots = process.env['IDIOGRAPH_SHOTS'];
const head = sharedData('imaging/patient-forrest/t1-dicom.tar.gz');
const pet = sharedData('imaging/pet-sts001/fdg-pet-raw.tar.gz');
const genome = sharedData('genomics/tests/getrm/NA18861.preprocessed.vcf');

if (executable === undefined || head === undefined || pet === undefined || genome === undefined)
  it.skip('the composite of real data: no Chromium or no test data on this machine', () => {});
else
  describe('the composite patient, from the drop to the signed plan', () => {
    let browser: Browser;
    let desk: Desk;
    let page: Page;
    let folder: string;
    let patient: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'idiograph-composite-'));
      const examples = await generateExamples(join(folder, 'made'));
      const pain = examples.find((one) => one.patient === 'pain')!.folder;
      const drop = join(folder, 'Case 17');
      await mkdir(drop);
      await cp(join(pain, 'record'), join(drop, 'record'), { recursive: true });
      await cp(join(pain, 'questionnaires'), join(drop, 'questionnaires'), { recursive: true });
      await cp(head, join(drop, 't1.tar.gz'));
      await cp(pet, join(drop, 'pet.tar.gz'));
      await cp(genome, join(drop, 'genome.vcf'));
      await writeFile(join(drop, 'notes.docx'), 'not for us');
      const declared = {
        id: 'case-17',
        label: 'Case 17',
        question: 'Which analgesic plan fits this person?',
        composite: true,
      };
      await writeFile(join(drop, 'patient.json'), JSON.stringify(declared));
      browser = await launch(executable);
      desk = await openDesk(browser);
      page = await desk.signIn('dr-one', ['clinician']);
      page.setDefaultTimeout(20_000);
    }, 180_000);
    afterAll(async () => {
      await desk?.close();
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const picture = async (name: string) => {
      if (shots) await page.screenshot({ path: `${shots}/composite-${name}.png`, fullPage: true });
    };

    it('is sent and imported: what was recognised, what was refused and why, one composite patient', async () => {
      await page.goto(`${desk.url}/import`);
      await page.locator('input[type=file]').first().setInputFiles(join(folder, 'Case 17'));
      await page.getByRole('button', { name: /^Send and import/ }).click();
      await page.getByText('One patient', { exact: true }).waitFor({ timeout: 240_000 });
      await page
        .getByText(/\d+ computed/)
        .first()
        .waitFor({ timeout: 240_000 });
      await page.getByText('composite', { exact: true }).first().waitFor();
      await picture('import');
      await page.getByRole('tab', { name: /^Passed over/ }).click();
      await page.getByText('notes.docx').first().waitFor();
      await page.getByRole('link', { name: 'Case 17' }).first().click();
      await page.waitForURL(/\/patients\/S\d+/);
      patient = /\/patients\/(S\d+)/.exec(page.url())![1]!;
    }, 300_000);

    it('page one says composite, names what is urgent, and every number opens its walk', async () => {
      await page.getByRole('heading', { name: 'Case 17' }).waitFor();
      expect(await page.getByText(/COMPOSITE/i).count()).toBeGreaterThan(0);
      await page.getByText('Thoughts of self-harm: positive').first().waitFor();
      await picture('overview');
      await page.goto(`${desk.url}/patients/${patient}/rooms/imaging`);
      // The published maximum of this tumour, walked back to the contour and to the bytes of the series.
      const maximum = page.getByRole('button', { name: /SUVmax.*7\.9/ }).first();
      await maximum.click();
      const walk = page.getByRole('dialog');
      await walk.getByText('region', { exact: true }).first().waitFor();
      await walk.getByText('file', { exact: true }).first().waitFor();
      await picture('why');
      await walk.getByRole('link', { name: 'Open in the viewer at this place' }).first().click();
      await page.waitForURL(/\/images\?/);
      await page.locator('canvas').first().waitFor({ timeout: 30_000 });
      await picture('viewer');
    }, 120_000);

    it('the timeline holds images, drugs, answers and the genome', async () => {
      await page.goto(`${desk.url}/patients/${patient}/timeline`);
      for (const group of ['Imaging', 'Medications', 'Questionnaires', 'Vitals'])
        await page.locator('.timeline-group', { hasText: group }).waitFor();
      await picture('timeline');
    }, 60_000);

    it('the plan is decided and signed, and the report says so', async () => {
      await page.goto(`${desk.url}/patients/${patient}/plan`);
      await page.getByRole('button', { name: 'Show the plan', exact: true }).click();
      const urgent = page.locator('[data-line]').filter({ has: page.getByText('now', { exact: true }) });
      await page.locator('[data-line]').first().waitFor();
      for (let i = 0; i < (await urgent.count()); i++) {
        await urgent.nth(i).getByRole('button', { name: 'Accept' }).click();
        await urgent.nth(i).getByText('Accepted', { exact: true }).waitFor();
      }
      const open = page.getByRole('button', { name: 'Record an action' });
      if ((await open.count()) > 0) {
        await open.first().click();
        await page.getByLabel('What was done, by whom').fill('Spoken with the person, plan agreed');
        await page.getByRole('button', { name: 'Save' }).click();
      }
      await page.getByText('Nothing stands in the way of signing.').waitFor();
      await page.getByRole('button', { name: 'Sign', exact: true }).click();
      await page.getByText(/^Signed by dr-one/).waitFor();
      await picture('signed');
      await page.goto(`${desk.url}/patients/${patient}/report`);
      await page
        .frameLocator('iframe')
        .getByText(/Signed by dr-one/)
        .first()
        .waitFor();
      expect(desk.errors).toEqual([]);
      expect(desk.complaints).toEqual([]);
    }, 120_000);
  });
