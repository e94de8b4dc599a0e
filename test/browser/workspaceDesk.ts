import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { buildPage } from '../../scripts/buildPage.js';
import { openWorkspace } from '../../src/server/openWorkspace.ts';
import type { Role } from '../../src/server/permissions.ts';
import { serve } from '../../src/server/serve.ts';

const password = 'a password for tests';

/** A running workspace over a fresh folder, with people who sign in through the page as anybody would. */
export async function openDesk(browser: Browser) {
  const data = await mkdtemp(join(tmpdir(), 'idiograph-desk-'));
  const workspace = await openWorkspace({
    data,
    version: '0.0.0',
    now: () => new Date().toISOString(),
    passwordCost: { memoryKiB: 1024, passes: 1, lanes: 1 },
  });
  const errors: unknown[] = [];
  const serving = await serve({
    workspace,
    pageFolder: await buildPage(),
    host: '127.0.0.1',
    port: 0,
    onError: (error) => errors.push(error),
  });
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  return {
    workspace,
    url: serving.url,
    /** Errors of the server, and of the page's console: expected to stay empty. */
    errors,
    complaints,
    async signIn(name: string, roles: Role[], options: BrowserContextOptions = {}): Promise<Page> {
      const known = (await workspace.accounts.list()).some((one) => one.name === name);
      if (!known) {
        const { account } = await workspace.accounts.addAccount({ name, roles }, { actor: 'test' });
        await workspace.accounts.setPassword(account.id, password, { actor: 'test' });
      }
      const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1400, height: 900 }, ...options });
      contexts.push(context);
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (!request.url().startsWith(serving.url) && !/^(data|blob|about):/.test(request.url()))
          complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(serving.url);
      await page.locator('form input').first().fill(name);
      await page.locator('input[type=password]').fill(password);
      await page.locator('button[type=submit]').click();
      await page.locator('main#content').waitFor();
      return page;
    },
    async close() {
      for (const context of contexts) await context.close();
      await serving.close(500);
      await workspace.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}
export type Desk = Awaited<ReturnType<typeof openDesk>>;
