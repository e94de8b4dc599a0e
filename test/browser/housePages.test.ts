import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './chromium.ts';
import { type Desk, openDesk } from './workspaceDesk.ts';

const chromium = chromiumPath();
/** Pictures of the pages go there, for a person to look at. */
const pictures = process.env.IDIOGRAPH_PICTURES;

describe.skipIf(chromium === undefined)('accounts, audit and the house in a browser', () => {
  let browser: Browser;
  let desk: Desk;
  let keeper: Page;

  beforeAll(async () => {
    browser = await launch(chromium!);
    desk = await openDesk(browser);
    keeper = await desk.signIn('keeper', ['administrator']);
    await desk.workspace.store.write([
      { kind: 'subject', id: 's1', type: 'patient', label: 'Example', composite: false, synthetic: true },
    ]);
  }, 120_000);
  afterAll(async () => {
    expect(desk.errors).toEqual([]);
    expect(desk.complaints).toEqual([]);
    await desk?.close();
    await browser?.close();
  });

  const row = (name: string) => keeper.getByRole('region', { name, exact: true });
  const dialog = () => keeper.getByRole('dialog');

  it('who sees no patient begins at a page that is theirs', async () => {
    await keeper.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor();
    expect(new URL(keeper.url()).pathname).toBe('/accounts');
  });

  it('an account is added, its password is shown once, and with it the person must choose their own', async () => {
    await keeper.getByRole('button', { name: 'Add an account' }).click();
    await dialog().getByLabel('Name').fill('ada');
    const add = dialog().getByRole('button', { name: 'Add an account' });
    expect(await add.isDisabled()).toBe(true);
    await dialog().getByLabel('Viewer', { exact: true }).check();
    await add.click();
    const secret = await dialog().getByLabel('Password', { exact: true }).textContent();
    expect(secret).toMatch(/^([a-z]{5}-){5}[a-z]{5}$/);
    await keeper.keyboard.press('Escape');
    await look('accounts-password');
    expect(await dialog().isVisible()).toBe(true);
    await dialog().getByRole('button', { name: 'I have noted it' }).click();
    await row('ada').getByText('New password not changed yet').waitFor();
    expect(await keeper.content()).not.toContain(secret);

    const context = await browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(desk.url);
    await page.getByLabel('Name').fill('ada');
    await page.getByRole('textbox', { name: 'Password' }).fill(secret!);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Choose a password of your own' }).waitFor();
    await page.getByRole('textbox', { name: 'New password' }).fill('a quiet walk in the rain');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('button', { name: 'Account: ada' }).waitFor();

    // Signed out from afar: the next thing that is asked for ends on the sign-in page.
    await keeper.reload();
    await row('ada')
      .getByRole('button', { name: /Sessions/ })
      .click();
    await dialog().getByText('127.0.0.1').waitFor();
    await look('accounts-sessions');
    await dialog().getByRole('button', { name: 'Sign out everywhere' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await page.goto(`${desk.url}/account`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await context.close();
  }, 60_000);

  it('the last administrator is protected, in words that say what to do', async () => {
    await row('keeper')
      .getByRole('button', { name: /Disable/ })
      .click();
    await dialog().getByText('This is your own account').waitFor();
    await dialog().getByRole('button', { name: 'Disable' }).click();
    await dialog().getByRole('alert').filter({ hasText: 'last account that can manage accounts' }).waitFor();
    await look('accounts-last');
    await keeper.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
    await row('ada')
      .getByRole('button', { name: /Disable/ })
      .click();
    await dialog().getByRole('button', { name: 'Disable' }).click();
    await row('ada').getByText('Disabled', { exact: true }).waitFor();
  });

  it('one’s own password is changed and the other places are signed out', async () => {
    const second = await desk.signIn('keeper', ['administrator']);
    await keeper.getByRole('button', { name: 'Account: keeper' }).click();
    await keeper.getByRole('menuitem', { name: 'My account' }).click();
    await keeper.getByText('and at 1 other place').waitFor();
    await keeper.getByRole('textbox', { name: 'Current password' }).fill('not this one');
    await keeper.getByRole('textbox', { name: 'New password' }).fill('four words that nobody joins');
    await keeper.getByRole('button', { name: 'Change password' }).click();
    await keeper.getByText('The current password is not right.').waitFor();
    await keeper.getByRole('textbox', { name: 'Current password' }).fill('a password for tests');
    await keeper.getByRole('button', { name: 'Change password' }).click();
    await keeper.getByText('The password is changed.').waitFor();
    await keeper.getByText('Signed in only here', { exact: true }).waitFor();
    await second.goto(`${desk.url}/audit`);
    await second.getByRole('heading', { name: 'Sign in' }).waitFor();
    // What follows needs the new token of the session in the page: nothing is asked for twice.
    await keeper.goto(`${desk.url}/accounts`);
    await row('keeper').waitFor();
  }, 60_000);

  it('the chain is looked through, filtered, exported and verified', async () => {
    await keeper.getByRole('link', { name: 'Audit' }).click();
    await keeper.getByLabel('Action').selectOption('update');
    await keeper
      .getByRole('cell', { name: /Changed: Disabling an account/ })
      .first()
      .waitFor();
    await keeper.getByLabel('Action').selectOption('delete');
    await keeper.getByText('No line fits').waitFor();
    await keeper.getByRole('button', { name: 'Clear filter' }).click();
    await keeper.getByRole('button', { name: 'Verify the chain' }).click();
    await keeper.getByText('The chain is intact').waitFor();
    const [download] = await Promise.all([
      keeper.waitForEvent('download'),
      keeper.getByRole('link', { name: 'Export CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^audit-\d{4}-\d\d-\d\d\.csv$/);
  }, 60_000);

  it('the house is examined', async () => {
    await keeper.getByRole('link', { name: 'Installation' }).click();
    await keeper.getByText('No backup was made yet').waitFor();
    await keeper.getByRole('button', { name: 'Examine now' }).click();
    await keeper.getByText('Healthy', { exact: true }).waitFor();
    await keeper.getByText('Accounts, drafts, jobs').waitFor();
  }, 60_000);

  it('a clinician sees who has read one record, and no page of the house', async () => {
    const clinician = await desk.signIn('clara', ['clinician']);
    await clinician.goto(`${desk.url}/patients/s1`);
    await clinician.getByRole('heading', { name: 'Example' }).waitFor();
    await clinician.getByRole('link', { name: 'Who has read it' }).click();
    await clinician.getByText('clara', { exact: true }).last().waitFor();
    await clinician.getByText(/^Read \d+×/).waitFor();
    await look('readers', clinician);
    for (const path of ['/accounts', '/audit', '/house']) {
      await clinician.goto(desk.url + path);
      await clinician.getByText('Your account may not see this').waitFor();
    }
  }, 60_000);

  it.each([
    ['light', 1400, 'en-GB'],
    ['dark', 1400, 'de-DE'],
    ['light', 360, 'de-DE'],
    ['dark', 360, 'en-GB'],
  ] as const)(
    'has no accessibility violation and does not scroll sideways: %s, %i pixels, %s',
    async (colorScheme, width, locale) => {
      const options: BrowserContextOptions = { colorScheme, locale, viewport: { width, height: 900 } };
      const name = `who-${colorScheme}-${width}`;
      const page = await desk.signIn(name, ['administrator', 'clinician'], options);
      for (const path of ['/accounts', '/account', '/audit', '/house', '/patients/s1/audit']) {
        await page.goto(desk.url + path);
        await page.locator('main h1').first().waitFor();
        await page.waitForLoadState('networkidle');
        await look(`${path.slice(1).replaceAll('/', '-')}-${colorScheme}-${width}`, page);
        await page.evaluate(axe.source);
        const found = (await page.evaluate(
          `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] }).then(({ violations }) =>
          violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`,
        )) as string[];
        expect([path, found]).toEqual([path, []]);
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        expect([path, Number(wide) <= width]).toEqual([path, true]);
      }
    },
    120_000,
  );

  async function look(name: string, page = keeper): Promise<void> {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  }
});
