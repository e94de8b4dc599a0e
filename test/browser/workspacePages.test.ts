import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { answersOf, faultsOf, knownOf, routesByMethod } from '../server/everyRoute.ts';
import { type ServingProcess, signInOver, startServing } from '../server/serving.ts';
import { chromiumPath, launch } from './chromium.ts';

const executable = chromiumPath();
const root = join(import.meta.dirname, '..', '..');

/** One line of the table of pages of web/src/app/pages.ts; its types belong to the page. */
interface Line {
  path: string;
  title: string;
  permission: string;
}

/** How much longer things may take where other programs use the processors, too: a bar is one of an idle machine. */
const slack = () => Math.max(1, (2 * loadavg()[0]!) / availableParallelism());

if (executable === undefined)
  it.skip('the workspace in a browser: no Chromium on this machine, nothing of it was tested', () => {});
else
  describe('the workspace with the example patients in a browser', () => {
    let browser: Browser;
    let folder: string;
    let serving: ServingProcess;
    let lines: readonly Line[];
    /** Cookies of a signed-in browser. */
    let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;
    /** Where an address has a parameter: pages with most to show. */
    const known: Record<string, string> = { subject: 'S0001', room: 'brain', instrument: 'phq-9' };
    const complaints: string[] = [];
    const waiting = new WeakMap<Page, Set<Request>>();

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'idiograph-workspace-'));
      browser = await launch(executable);
      serving = await startServing(folder, { args: ['--demo'] });
      const { cookie } = await signInOver(serving.url, serving.account!);
      const [name, value] = cookie.split('=') as [string, string];
      const { hostname: domain } = new URL(serving.url);
      signedIn = {
        cookies: [{ name, value, domain, path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Strict' }],
        origins: [],
      };
      ({ pages: lines } = (await import(join(root, 'web', 'src', 'app', 'pages.ts'))) as { pages: readonly Line[] });
    }, 300_000);
    afterAll(async () => {
      await browser?.close();
      await serving?.stop();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    const addressOf = (path: string) => path.replace(/:(\w+)/g, (_, name: string) => known[name]!);

    async function open(options: BrowserContextOptions = {}, width = 1400): Promise<Page> {
      const context = await browser.newContext({ locale: 'en-GB', viewport: { width, height: 900 }, ...options });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (
          ['error', 'warning'].includes(message.type()) &&
          !/status of 401|GPU stall|GL Driver|WebGL/.test(message.text())
        )
          complaints.push(`${page.url()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
      page.on('dialog', (dialog) => {
        complaints.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      const open = new Set<Request>();
      waiting.set(page, open);
      page.on('requestfinished', (request) => open.delete(request));
      page.on('requestfailed', (request) => open.delete(request));
      page.on('request', (request) => {
        // A stream of events never ends.
        if (!/\/api\/events|\/prepare$/.test(request.url())) open.add(request);
        const address = request.url();
        if (!address.startsWith(`${serving.url}/`) && !/^(data|blob|about):/.test(address))
          complaints.push(`asked for ${address}`);
      });
      return page;
    }
    const noComplaints = () => expect(complaints.splice(0)).toEqual([]);

    /** Goes to an address and waits until the page says what it has to say. */
    async function go(page: Page, path: string): Promise<void> {
      await page.goto(serving.url + path);
      // The page to sign in has a main of its own.
      await page.locator('main#content').waitFor();
      await settled(page);
    }

    /** Nothing asked for is still on its way, for a moment. */
    async function quiet(page: Page): Promise<void> {
      const until = performance.now() + 15_000;
      for (let still = 0; still < 4 && performance.now() < until; ) {
        await page.waitForTimeout(40);
        still = waiting.get(page)!.size === 0 ? still + 1 : 0;
      }
    }

    /** Asked from outside, because the policy of the page allows no text to be run in it. */
    async function until(page: Page, holds: string): Promise<void> {
      const end = performance.now() + 20_000;
      while (!(await page.evaluate<boolean>(holds))) {
        if (performance.now() > end) throw new Error(`${page.url()}: never ${holds}`);
        await page.waitForTimeout(10);
      }
    }

    async function settled(page: Page): Promise<void> {
      await until(
        page,
        "!document.querySelector('main [role=status] .mantine-Loader-root') && document.querySelector('main')?.innerText.trim().length > 0",
      );
      await quiet(page);
    }

    async function violations(page: Page): Promise<unknown[]> {
      await page.evaluate(axe.source);
      return page.evaluate(
        `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] }).then(({ violations }) =>
          violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((one) => one.target.join(' ') + ' ' + one.failureSummary).slice(0, 4) })))`,
      );
    }

    const widerThanWindow = (page: Page) =>
      page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    /** Texts that are a key of the messages, because the language has none of that key. */
    const bareKeys = (page: Page) =>
      page.evaluate<string[]>(`(() => {
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walk.nextNode()) {
          const text = walk.currentNode.textContent.trim();
          if (/^[a-z][a-zA-Z]*(\\.[a-zA-Z][a-zA-Z0-9]*)+$/.test(text) && !walk.currentNode.parentElement.closest('code')) found.push(text);
        }
        for (const one of document.querySelectorAll('[aria-label],[title],[alt],[placeholder]'))
          for (const name of ['aria-label', 'title', 'alt', 'placeholder']) {
            const text = one.getAttribute(name) ?? '';
            if (/^[a-z][a-zA-Z]*(\\.[a-zA-Z][a-zA-Z0-9]*)+$/.test(text)) found.push(name + ' ' + text);
          }
        return found;
      })()`);

    it('answers over the example patients are what the table of routes says', async () => {
      const caller = await signInOver(serving.url, serving.account!);
      const store = await openStore({ engine: 'sqlite', directory: folder }, { readOnly: true });
      const faults: string[] = [];
      let answers = 0;
      for (const subject of ['S0001', 'S0002']) {
        const values = await knownOf(store, caller, subject);
        for (const route of routesByMethod('GET'))
          for await (const answered of answersOf(route, caller, values, 3)) {
            answers++;
            for (const fault of await faultsOf(answered)) faults.push(`${answered.path}: ${fault}`);
          }
      }
      await store.close();
      expect(faults).toEqual([]);
      expect(answers).toBeGreaterThan(100);
    }, 120_000);

    it('signs in with the link of one use that the first start prints, once', { timeout: 60_000 }, async () => {
      const page = await open();
      expect(serving.link).toMatch(/#code=/);
      await page.goto(serving.link!);
      await page.locator('main#content').waitFor();
      expect(page.url()).not.toContain('code');
      await page.context().close();
      const again = await open();
      await again.goto(serving.link!);
      await again.getByRole('alert').first().waitFor();
      expect(await again.locator('input[type=password]').count()).toBe(1);
      await again.context().close();
      noComplaints();
    });

    it.each([
      ['light', 1400, 'en-GB'],
      ['dark', 360, 'de-DE'],
    ] as const)('the page to sign in is accessible: %s, %i px, %s', async (colorScheme, width, locale) => {
      const page = await open({ colorScheme, locale }, width);
      await page.goto(serving.url);
      await page.locator('input[type=password]').waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await widerThanWindow(page)).toBe(0);
      expect(await bareKeys(page)).toEqual([]);
      await page.context().close();
      noComplaints();
    });

    it('signs in with name and password by keyboard alone, and says when they are wrong', async () => {
      const page = await open();
      await page.goto(serving.url);
      await page.locator('input[type=password]').waitFor();
      const { name, password } = serving.account!;
      for (
        let i = 0;
        i < 5 && !(await page.evaluate("document.activeElement.matches('input:not([type=password])')"));
        i++
      )
        await page.keyboard.press('Tab');
      await page.keyboard.type(name);
      await page.keyboard.press('Tab');
      await page.keyboard.type('not the password');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      await page.locator('input[type=password]').focus();
      await page.keyboard.press('Control+A');
      await page.keyboard.type(password);
      await page.keyboard.press('Enter');
      await page.locator('main#content').waitFor();
      const kept = await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })');
      expect(kept).not.toContain(name);
      await page.context().close();
      noComplaints();
    }, 60_000);

    describe.each([
      ['light', 1400, 'en-GB'],
      ['dark', 1400, 'de-DE'],
      ['light', 360, 'de-DE'],
      ['dark', 360, 'en-GB'],
    ] as const)('%s, %i px, %s', (colorScheme, width, locale) => {
      let page: Page;
      beforeAll(async () => {
        page = await open({ colorScheme, locale, storageState: signedIn }, width);
      });
      afterAll(async () => {
        await page.context().close();
      });

      it('every page is accessible, fits, has all its words, complains of nothing and asks nobody else', async () => {
        const found: Record<string, unknown> = {};
        for (const path of [...lines.map((line) => line.path), '/no/such/page', '/patients/S9999']) {
          await go(page, addressOf(path));
          const seen = {
            violations: await violations(page),
            wide: await widerThanWindow(page),
            keys: await bareKeys(page),
            language: await page.evaluate('document.documentElement.lang'),
            complaints: complaints.splice(0).filter((one) => !/S9999.*status of 404/.test(one)),
            inline: await page.locator('script:not([src]), [onclick], [onload], [onerror]').count(),
          };
          const clean = { violations: [], wide: 0, keys: [], language: locale.slice(0, 2), complaints: [], inline: 0 };
          if (JSON.stringify(seen) !== JSON.stringify(clean)) found[path] = seen;
        }
        expect(found).toEqual({});
      }, 180_000);
    });

    it('every page works by keyboard: the skip link first, then all of it, focus always seen', async () => {
      const page = await open({ storageState: signedIn });
      const found: Record<string, unknown> = {};
      for (const { path } of lines) {
        await go(page, addressOf(path));
        // What fades in is there at once: looks are compared without waiting.
        await page.addStyleTag({ content: '* { transition: none !important; animation: none !important; }' });
        await page.keyboard.press('Tab');
        const first = await page.evaluate('document.activeElement.className');
        await page.keyboard.press('Enter');
        const skipped = await page.evaluate(
          "document.activeElement.id === 'content' || document.querySelector('main').contains(document.activeElement)",
        );
        const unseen = new Set<string>();
        let inMain = 0;
        for (let i = 0; i < 40; i++) {
          await page.keyboard.press('Tab');
          const at = await page.evaluate<{ main: boolean; body: boolean; seen: boolean; what: string }>(`(() => {
            const one = document.activeElement;
            const parts = [one, one.parentElement, one.nextElementSibling, ...one.querySelectorAll('*')].filter(Boolean).slice(0, 12);
            const look = () => parts.map((part) => {
              const style = getComputedStyle(part);
              return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.stroke, style.strokeWidth, style.textDecoration].join(' ');
            }).join('|');
            const focused = look();
            one.blur();
            const seen = focused !== look();
            one.focus();
            return { main: document.querySelector('main').contains(one), body: one === document.body, seen: seen || one.matches('iframe,canvas'), what: one.outerHTML.slice(0, 120) };
          })()`);
          if (at.body) break;
          if (at.main) inMain++;
          if (!at.seen) unseen.add(at.what);
        }
        const focusable = await page.evaluate<number>(
          "document.querySelectorAll('main a[href], main button:not([disabled]), main input:not([disabled])').length",
        );
        if (!String(first).includes('skip-link') || !skipped || unseen.size > 0 || (focusable > 0 && inMain === 0))
          found[path] = { first, skipped, unseen: [...unseen], inMain, focusable };
      }
      expect(found).toEqual({});
      noComplaints();
      await page.context().close();
    }, 120_000);

    it('page one of a patient with urgent lines fits in about three screens: all titles in sight, the rest opens', async () => {
      const page = await open({ storageState: signedIn });
      await go(page, '/patients/S0003');
      expect(await page.evaluate<number>('document.documentElement.scrollHeight')).toBeLessThan(3.5 * 900);
      const folded = page.locator('details.folded-line').first();
      expect(await folded.locator('article').isVisible()).toBe(false);
      await folded.locator('summary').first().focus();
      await page.keyboard.press('Enter');
      await folded.locator('article').waitFor();
      noComplaints();
      await page.context().close();
    }, 60_000);

    it('answers saved in a form are there after a reload', async () => {
      const page = await open({ storageState: signedIn });
      await go(page, `/patients/S0001/questionnaires/gad-7`);
      await page.getByRole('radiogroup').nth(1).getByRole('radio').nth(2).check();
      await page.getByText(/^Saved /).waitFor();
      await page.reload();
      await settled(page);
      expect(await page.getByRole('radiogroup').nth(1).getByRole('radio').nth(2).isChecked()).toBe(true);
      noComplaints();
      await page.context().close();
    }, 60_000);

    it('loads less than 500 kB of script before the viewer, and the first page of a patient is there in 1.5 s', async () => {
      const times: number[] = [];
      let bytes = 0;
      for (let i = 0; i < 4; i++) {
        const page = await open({ storageState: signedIn });
        const sizes: Promise<number>[] = [];
        page.on('response', (response) => {
          if (/\.js$/.test(new URL(response.url()).pathname))
            sizes.push(
              response
                .request()
                .sizes()
                .then(({ responseBodySize }) => responseBodySize),
            );
        });
        const begun = performance.now();
        await page.goto(`${serving.url}/patients/S0001`);
        await page.locator('main h1').waitFor();
        await until(page, "!document.querySelector('main [role=status] .mantine-Loader-root')");
        // Interactive: a key is answered.
        await page.keyboard.press('Tab');
        await until(page, 'document.activeElement !== document.body');
        times.push(performance.now() - begun);
        await quiet(page);
        bytes = (await Promise.all(sizes)).reduce((sum, one) => sum + one, 0);
        await page.context().close();
      }
      console.log(
        `script before the viewer ${(bytes / 1000).toFixed(0)} kB gzip; first patient page ${times.map((one) => one.toFixed(0)).join(', ')} ms, load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()}`,
      );
      expect(bytes).toBeGreaterThan(50_000);
      expect(bytes).toBeLessThan(500_000);
      expect(Math.min(...times)).toBeLessThan(1500 * slack());
      noComplaints();
    }, 60_000);

    it('says that the server is gone, and goes on when it is there again, on a page that was open and on one that was not', async () => {
      const page = await open({ storageState: signedIn });
      await go(page, '/patients/S0001');
      const { port } = new URL(serving.url);
      expect(await serving.stop()).toBe(0);
      const trouble = page.getByRole('alert').filter({ hasText: 'The server cannot be reached' });
      // A page whose script is not loaded yet.
      await page.getByRole('link', { name: 'Plan', exact: true }).first().click();
      await trouble.first().waitFor();
      const { account } = serving;
      serving = await startServing(folder, { args: ['--port', port] });
      serving.account = account;
      expect(serving.said()).not.toMatch(/password:\s+\w+-|#code=/);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await trouble.first().waitFor({ state: 'detached' });
      await settled(page);
      // One whose script is there and whose data do not come: it goes on by itself as well.
      await go(page, '/patients/S0001/timeline');
      await page.route('**/api/patients/S0001/plan', (route) => route.abort());
      await page.getByRole('link', { name: 'Plan', exact: true }).first().click();
      await trouble.first().waitFor();
      expect(await page.getByRole('button', { name: 'Try again' }).count()).toBeGreaterThan(0);
      await page.unroute('**/api/patients/S0001/plan');
      await trouble.first().waitFor({ state: 'detached' });
      await settled(page);
      complaints.splice(0);
      await page.context().close();
    }, 90_000);

    it('a sign-out closes every tab: nothing of the patient stays on the page', async () => {
      const page = await open({ storageState: signedIn });
      await go(page, '/patients/S0001');
      const name = (await page.locator('main h1').innerText()).trim();
      const other = await page.context().newPage();
      await other.goto(`${serving.url}/patients/S0001/plan`);
      await other.locator('main h1').waitFor();
      await page.getByRole('button', { name: /owner/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.locator('input[type=password]').waitFor();
      expect(await page.locator('body').innerText()).not.toContain(name);
      await other
        .getByRole('link')
        .filter({ hasText: /^Report$/ })
        .first()
        .click();
      await other.locator('input[type=password]').waitFor();
      expect(await other.locator('body').innerText()).not.toContain(name);
      complaints.splice(0);
      await page.context().close();
    }, 60_000);
  });
