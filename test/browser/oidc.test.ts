import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildPage } from '../../scripts/buildPage.js';
import { startProvider, type TestProvider } from '../../src/server/accounts/testing/provider.ts';
import { openWorkspace } from '../../src/server/openWorkspace.ts';
import { type Serving, serve } from '../../src/server/serve.ts';
import { chromiumPath, launch } from './chromium.ts';

const chromium = chromiumPath();

/**
 * A whole sign-in through a provider on another site: the server is asked for as `localhost`, the provider as 127.0.0.1.
 */
describe.skipIf(chromium === undefined)('sign-in through an identity provider in a browser', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let provider: TestProvider;
  let data: string;
  let workspace: Awaited<ReturnType<typeof openWorkspace>>;
  let serving: Serving;
  let at: string;

  beforeAll(async () => {
    browser = await launch(chromium!);
    const port = await freePort();
    at = `http://localhost:${port}`;
    const client = { id: 'idiograph', secret: 'a secret', redirectUri: `${at}/api/session/oidc/callback` };
    provider = await startProvider(client);
    provider.asks = true;
    data = await mkdtemp(join(tmpdir(), 'idiograph-oidc-'));
    await mkdir(join(data, 'server'));
    const oidc = {
      issuer: provider.issuer,
      clientId: client.id,
      clientSecret: client.secret,
      roleClaim: 'groups',
      roleMap: { doctors: ['clinician'], office: ['administrator'] },
      label: 'Hospital account',
    };
    await writeFile(join(data, 'server', 'config.json'), JSON.stringify({ oidc }), { mode: 0o600 });
    const now = () => new Date().toISOString();
    workspace = await openWorkspace({ data, version: '0.0.0', now });
    serving = await serve({
      workspace,
      pageFolder: await buildPage(),
      host: 'localhost',
      port,
      onError: () => {},
    });
  }, 120_000);
  afterAll(async () => {
    await serving?.close(500);
    await workspace?.close();
    await provider?.close();
    await browser?.close();
    if (data) await rm(data, { recursive: true, force: true });
  });
  beforeEach(async () => {
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1000, height: 800 } });
    page = await context.newPage();
  });
  afterEach(() => context.close());

  const through = async () => {
    await page.getByRole('link', { name: 'Sign in with Hospital account' }).click();
    await page.getByRole('link', { name: 'That is me' }).click();
  };

  it('ends signed in at the page that was asked for, without the code of the provider in the history', async () => {
    provider.person = { sub: 'p-1', preferred_username: 'mara', groups: ['office'] };
    await page.goto(`${at}/account`);
    await through();
    await page.getByRole('button', { name: /mara/ }).waitFor();
    expect(page.url()).toBe(`${at}/account`);
    const cookies = await context.cookies(at);
    expect(cookies.find(({ name }) => name === 'idiograph_session')).toMatchObject({
      httpOnly: true,
      sameSite: 'Strict',
    });
    expect(cookies.map(({ name }) => name)).not.toContain('idiograph_oidc');
    await page.reload();
    await page.getByRole('button', { name: /mara/ }).waitFor();
    const history = await (await context.newCDPSession(page)).send('Page.getNavigationHistory');
    expect(history.entries.filter(({ url }) => url.includes('code='))).toEqual([]);
  });

  it('the very next address is asked for with the session, although the browser comes from another site', async () => {
    provider.person = { sub: 'p-1', preferred_username: 'mara', groups: ['office'] };
    await page.goto(`${at}/`);
    // A document of the server itself: it has no script that could ask again.
    await page
      .getByRole('link', { name: 'Sign in with' })
      .evaluate((link, to) => link.setAttribute('href', to), `/api/session/oidc?returnTo=/api/session`);
    await through();
    await page.waitForURL(`${at}/api/session`);
    expect(JSON.parse((await page.locator('body').textContent()) ?? '')).toMatchObject({ account: { name: 'mara' } });
  });

  it('a person without a role ends on the sign-in page with a sentence that tells nothing else', async () => {
    provider.person = { sub: 'p-2', preferred_username: 'tom', groups: ['porters'] };
    await page.goto(`${at}/`);
    await through();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/did not lead to an account here/);
    expect(new URL(page.url()).hash).toBe('');
    expect(await context.cookies(at)).toEqual([]);
    expect(await page.getByLabel('Name').isVisible()).toBe(true);
  });

  it('whoever comes by the other name of this machine is sent to the one that the provider knows', async () => {
    provider.person = { sub: 'p-3', preferred_username: 'ida', groups: ['doctors'] };
    await page.goto(`http://127.0.0.1:${serving.port}/`);
    await through();
    await page.getByRole('button', { name: /ida/ }).waitFor();
    expect(new URL(page.url()).origin).toBe(at);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
