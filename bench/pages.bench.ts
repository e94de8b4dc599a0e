/**
 * What a reader of the workspace waits for in the browser, in milliseconds with the bars of the workspace: the list of
 * 20,000 patients from key to result (`PATIENTS=2000` makes it quick), and the images of one patient, 256 x 256 x 256 with
 * a label map over them, from click to picture. No peer: nobody publishes such a figure.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openStore } from '../src/store/open.ts';
import { sampleIdentity, sampleImport, sampleSource, sampleSubject } from '../src/store/samples.ts';
import { chromiumPath, launch } from '../test/browser/chromium.ts';
import { putViewerPatient } from '../test/browser/viewerPatient.ts';
import { signInOver, startServing } from '../test/server/serving.ts';

const patients = Number(process.env['PATIENTS'] ?? 20_000);
const executable = chromiumPath();
if (executable === undefined) {
  console.log('no Chromium on this machine: nothing was measured');
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'idiograph-bench-pages-'));

async function fill(): Promise<void> {
  const store = await openStore({ engine: 'sqlite', directory: folder });
  try {
    await store.write([sampleSubject('S0001', 'Ellipsoids')]);
    await putViewerPatient(store, 'S0001', 256);
    for (let start = 1; start < patients; start += 200) {
      const indices = Array.from({ length: Math.min(200, patients - start) }, (_, at) => start + at);
      const records = await Promise.all(
        indices.map(async (index) => {
          const subject = `S${String(index + 1).padStart(4, '0')}`;
          const name = `Müller${index % 997} Anna`;
          const { sha256 } = await store.putBlob(subject, Buffer.from(`file ${index}`), 'text/csv');
          return [
            sampleSubject(subject, name),
            sampleIdentity(subject, `MRN-${100_000 + index}`, { name, birthDate: `19${10 + (index % 80)}-01-11` }),
            sampleImport(subject),
            sampleSource(subject, sha256, { modality: 'MR', acquiredAt: '2024-05-01' }),
          ];
        }),
      );
      await store.write(records.flat());
    }
  } finally {
    await store.close();
  }
}

function report(what: string, times: number[], barMs: number): void {
  const sorted = [...times].sort((a, b) => a - b);
  const say = (ms: number) => `${ms.toFixed(0)} ms`;
  console.log(
    `${what.padEnd(52)} median ${say(sorted[sorted.length >> 1]!).padStart(8)}   most ${say(sorted.at(-1)!).padStart(8)}   bar ${barMs} ms`,
  );
}

/** From the last key to the frame that shows the one patient looked for. */
async function keyToResult(page: Page, index: number): Promise<number> {
  const field = page.getByLabel('Search patients');
  const number = `MRN-${100_000 + index}`;
  await field.fill(number.slice(0, -1));
  await page.waitForTimeout(600);
  const shown = page.evaluate<number>(`new Promise((done) => addEventListener('keydown', () => {
    const begun = performance.now();
    const look = () => {
      const rows = [...document.querySelectorAll('main a[href^="/patients/S"]')];
      const found = rows.length > 0 && rows.every((one) => one.getAttribute('href') === '/patients/S${String(index + 1).padStart(4, '0')}');
      requestAnimationFrame(found ? () => done(performance.now() - begun) : look);
    };
    look();
  }, { once: true, capture: true }))`);
  await page.waitForTimeout(50);
  await field.press(number.at(-1)!);
  return shown;
}

await fill();
const serving = await startServing(folder);
const browser = await launch(executable);
try {
  const { cookie } = await signInOver(serving.url, serving.account!);
  const [name, value] = cookie.split('=') as [string, string];
  const open = async () => {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: 'en-GB' });
    await context.addCookies([{ name, value, url: serving.url }]);
    return context.newPage();
  };
  const list = await open();
  await list.goto(serving.url);
  await list.locator('main a[href^="/patients/S"]').first().waitFor();
  const keys = [];
  for (let i = 0; i < 12; i++) keys.push(await keyToResult(list, 1000 + i * Math.floor((patients - 1100) / 12)));
  report(`list of ${patients}: key to result`, keys, 100);

  const pictures = [];
  for (let i = 0; i < 3; i++) {
    const page = await open();
    await page.goto(`${serving.url}/patients/S0001`);
    await page.locator('main h1').waitFor();
    const begun = performance.now();
    await page.locator('nav a[href$="/images"]').click();
    await page.locator('.panes[data-ready=true]').first().waitFor({ timeout: 60_000 });
    pictures.push(performance.now() - begun);
    await page.close();
  }
  report('images of 256 x 256 x 256: click to picture', pictures, 3000);
  console.log(`load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()}`);
} finally {
  await browser.close();
  await serving.stop();
  rmSync(folder, { recursive: true, force: true });
}
