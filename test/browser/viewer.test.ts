/** Images as people look at them: planes, regions, two visits, time, measuring, drawing, with and without WebGL. */
import axe from 'axe-core';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MeasurementView } from '../../src/server/api/annotations.ts';
import { chromiumPath } from './chromium.ts';
import { putViewerPatient, truth } from './viewerPatient.ts';
import { type Desk, openDesk } from './workspaceDesk.ts';

const executable = chromiumPath();
const shots = process.env['IDIOGRAPH_SHOTS'];
const safe = ['--no-sandbox', '--disable-quic', '--disable-background-networking'];

/** The cursor in RAS mm as a panel states it. */
async function cursorOf(page: Page, panel = 'a'): Promise<[number, number, number]> {
  const text = (await page.getByTestId(`readout-${panel}`).textContent()) ?? '';
  const [, side, x, front, y, up, z] = /([RL]) ([\d.]+)\s+([AP]) ([\d.]+)\s+([SI]) ([\d.]+)/.exec(text) ?? [];
  return [Number(x) * (side === 'R' ? 1 : -1), Number(y) * (front === 'A' ? 1 : -1), Number(z) * (up === 'S' ? 1 : -1)];
}

/** Mean level and share of coloured pixels of a plane's picture. */
function pixelsOf(page: Page, plane: string, panel = 'a'): Promise<{ mean: number; coloured: number }> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('[data-panel=${panel}][data-plane=${plane}] canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    let coloured = 0;
    for (let at = 0; at < data.length; at += 4) {
      const rgb = [data[at], data[at + 1], data[at + 2]];
      sum += rgb[0] + rgb[1] + rgb[2];
      if (Math.max(...rgb) - Math.min(...rgb) > 12) coloured++;
    }
    return { mean: sum / (data.length * 0.75), coloured: coloured / (data.length / 4) };
  })()`);
}

/** Share of pixels of a PNG that are not dark. */
function brightShare(page: Page, png: Buffer): Promise<number> {
  return page.evaluate(`(async () => {
    const image = await createImageBitmap(await (await fetch('data:image/png;base64,${png.toString('base64')}')).blob());
    const flat = new OffscreenCanvas(image.width, image.height).getContext('2d');
    flat.drawImage(image, 0, 0);
    const { data } = flat.getImageData(0, 0, image.width, image.height);
    return data.filter((value, at) => at % 4 === 1 && value > 25).length / (data.length / 4);
  })()`);
}

async function statedBy(page: Page): Promise<{ measurements: MeasurementView[] }> {
  return page.evaluate(`fetch('/api/patients/s1/annotations').then((answer) => answer.json())`);
}

const widthOf = (image: Locator): Promise<number> =>
  image.evaluate((one) => {
    const { complete, naturalWidth } = one as unknown as { complete: boolean; naturalWidth: number };
    return complete ? naturalWidth : 0;
  });

async function openImages(page: Page, url: string, search: string, panels = 1): Promise<void> {
  await page.goto(`${url}/patients/s1/images${search}`);
  await expect.poll(() => page.locator('.panes[data-ready=true]').count(), { timeout: 20_000 }).toBe(panels);
  await expect.poll(async () => (await pixelsOf(page, 'axial')).mean, { timeout: 5_000 }).toBeGreaterThan(5);
}

async function picture(page: Page, name: string): Promise<void> {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}

if (executable === undefined) it.skip('images: no Chromium on this machine, nothing of it was tested', () => {});
else
  describe('images', { timeout: 60_000 }, () => {
    let browser: Browser;
    let desk: Desk;
    let page: Page;
    let ids: Awaited<ReturnType<typeof putViewerPatient>>;

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: executable, args: [...safe, '--enable-unsafe-swiftshader'] });
      desk = await openDesk(browser);
      ids = await putViewerPatient(desk.workspace.store, 's1');
      page = await desk.signIn('anna', ['clinician']);
      page.setDefaultTimeout(10_000);
    }, 120_000);
    afterAll(async () => {
      await desk?.close();
      await browser?.close();
    });
    const pane = (plane: string, panel = 'a') => page.locator(`[data-panel=${panel}][data-plane=${plane}]`);
    const boxOf = async (plane: string, panel = 'a') => (await pane(plane, panel).boundingBox())!;

    it('shows the newest scan in three planes, with sides named', async () => {
      await openImages(page, desk.url, '');
      await expect.poll(() => page.getByRole('combobox', { name: 'Image', exact: true }).inputValue()).toBe(ids.second);
      for (const plane of ['axial', 'coronal', 'sagittal']) {
        const { mean, coloured } = await pixelsOf(page, plane);
        expect(mean).toBeGreaterThan(15);
        expect(mean).toBeLessThan(200);
        expect(coloured).toBe(0);
      }
      expect(await pane('axial').locator('.letters text').allTextContents()).toEqual(['R', 'L', 'A', 'P']);
      await page.getByText('Neurological').click();
      expect(await pane('axial').locator('.letters text').allTextContents()).toEqual(['L', 'R', 'A', 'P']);
      expect(await page.getByText(/right is on the right/).count()).toBe(1);
      await page.getByText('Radiological', { exact: true }).click();
    });

    it('leads to a region and back: a click moves the cursor there, the cursor names the region', async () => {
      await openImages(page, desk.url, `?image=${ids.first}`);
      await page.getByRole('button', { name: truth.leftBall.label }).click();
      await expect
        .poll(() => cursorOf(page))
        .toSatisfy((at: number[]) => truth.leftBall.ras.every((mm, axis) => Math.abs(at[axis]! - mm) <= 2));
      await expect.poll(async () => (await pixelsOf(page, 'axial')).coloured).toBeGreaterThan(0.005);
      await picture(page, 'images-region');
      // The other ball by a click in the picture: it lies on the other side at the same height.
      const box = await boxOf('axial');
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await pane('axial').focus();
      for (let step = 0; step < 60 && (await cursorOf(page))[0] < truth.rightBall.ras[0]; step++)
        await page.keyboard.press('ArrowLeft');
      for (let step = 0; step < 60 && (await cursorOf(page))[1] < truth.rightBall.ras[1]; step++)
        await page.keyboard.press('ArrowUp');
      await expect.poll(() => page.getByTestId('readout-a').textContent()).toContain(truth.rightBall.label);
    });

    it('goes where an address points: a label, a place, a second image', async () => {
      await openImages(page, desk.url, `?image=${ids.map}&label=2`);
      await expect.poll(() => page.getByTestId('readout-a').textContent()).toContain(truth.rightBall.label);
      expect(await page.getByRole('combobox', { name: 'Image', exact: true }).inputValue()).toBe(ids.first);
      await openImages(page, desk.url, `?image=${ids.first}&at=11,-21,5`);
      await expect.poll(() => cursorOf(page)).toEqual([11, -21, 5]);
      await openImages(page, desk.url, '?image=src-of-somebody&at=a,b&region=gone');
      expect(await page.getByRole('combobox', { name: 'Image', exact: true }).inputValue()).toBe(ids.second);
    });

    it('keeps the cursors of two visits together', async () => {
      await openImages(page, desk.url, `?image=${ids.first}&second=${ids.second}`, 2);
      const box = await boxOf('axial', 'b');
      await page.mouse.click(box.x + box.width * 0.4, box.y + box.height * 0.45);
      await expect.poll(() => cursorOf(page, 'a')).toEqual(await cursorOf(page, 'b'));
      const moved = await cursorOf(page, 'b');
      expect(Math.abs(moved[0])).toBeGreaterThan(2);
      await pane('axial').focus();
      await page.keyboard.press('PageUp');
      await expect.poll(() => cursorOf(page, 'b')).toEqual([moved[0], moved[1], expect.closeTo(moved[2] + 2, 3)]);
      await page.getByLabel('Link panels').uncheck();
      await pane('axial').focus();
      await page.keyboard.press('PageDown');
      await expect.poll(async () => (await cursorOf(page, 'a'))[2]).toBeCloseTo(moved[2], 3);
      expect((await cursorOf(page, 'b'))[2]).toBeCloseTo(moved[2] + 2, 3);
      await page.getByLabel('Link panels').check();
      await picture(page, 'images-two-visits');
    });

    it('plays an image over time and draws the curve at the cursor', async () => {
      await openImages(page, desk.url, `?image=${ids.moving}`);
      const curve = page.locator('.curve svg');
      await curve.waitFor();
      expect(await curve.getAttribute('aria-label')).toMatch(/6 time points/);
      const before = (await pixelsOf(page, 'axial')).mean;
      await pane('axial').focus();
      for (let frame = 0; frame < 5; frame++) await page.keyboard.press('.');
      await expect.poll(async () => (await pixelsOf(page, 'axial')).mean).toBeGreaterThan(before + 10);
      await page.getByRole('button', { name: 'Play' }).click();
      await expect.poll(async () => (await pixelsOf(page, 'axial')).mean).toBeLessThan(before + 8);
      await page.getByRole('button', { name: 'Pause' }).click();
    });

    it('keeps a measurement, shows it again after a reload, and takes it back', async () => {
      await openImages(page, desk.url, `?image=${ids.first}`);
      await page.getByRole('tab', { name: 'Readings' }).click();
      await page.getByLabel(/Name of the next measurement/).fill('width of the head');
      await page.getByRole('button', { name: 'Length' }).click();
      const box = await boxOf('axial');
      await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.5);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.5, { steps: 4 });
      await page.mouse.up();
      const line = page.getByRole('button', { name: /width of the head: Length/ });
      await line.waitFor();
      const said = Number(/Length ([\d.]+)/.exec((await line.textContent()) ?? '')?.[1]);
      const { measurements } = await statedBy(page);
      expect(measurements[0]).toMatchObject({ measure: 'length', reader: 'anna', unit: 'mm', plane: 'axial' });
      expect(measurements[0].value).toBeCloseTo(said, 1);
      const [a, b] = measurements[0].points;
      expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeCloseTo(measurements[0].value, 6);
      await openImages(page, desk.url, `?image=${ids.first}`);
      await expect.poll(() => pane('axial').locator('.mark text').textContent()).toContain('mm');
      await page.getByRole('tab', { name: 'Readings' }).click();
      await page.getByRole('button', { name: 'Take back: width of the head' }).click();
      await expect.poll(() => pane('axial').locator('.mark').count()).toBe(0);
    });

    it('measures by keyboard alone', async () => {
      await openImages(page, desk.url, `?image=${ids.first}`);
      await pane('axial').focus();
      await page.keyboard.press('l');
      await page.keyboard.press('Enter');
      for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await expect.poll(async () => (await statedBy(page)).measurements[0]?.value).toBeCloseTo(20, 4);
    });

    it('keeps what is being drawn through a reload, and states it', async () => {
      await openImages(page, desk.url, `?image=${ids.first}`);
      await page.getByRole('button', { name: 'Brush' }).click();
      const box = await boxOf('axial');
      await page.mouse.move(box.x + box.width * 0.45, box.y + box.height * 0.4);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.55, box.y + box.height * 0.45, { steps: 6 });
      await page.mouse.up();
      await expect.poll(async () => (await pixelsOf(page, 'axial')).coloured).toBeGreaterThan(0.001);
      await page.getByText('The draft is kept on the server.').waitFor();
      await openImages(page, desk.url, `?image=${ids.first}`);
      await page.getByRole('button', { name: 'Brush' }).click();
      // Choosing a brush brings the draft back.
      await expect.poll(async () => (await pixelsOf(page, 'axial')).coloured).toBeGreaterThan(0.001);
      await page.getByLabel('Name of the region').fill('lesion 1');
      await page.getByRole('button', { name: 'Save as my reading' }).click();
      await page.getByRole('tab', { name: 'Readings' }).click();
      await page.getByRole('button', { name: /lesion 1: [\d.]+ mL, anna/ }).click();
      await expect.poll(() => page.getByTestId('readout-a').textContent()).toContain('lesion 1');
      await picture(page, 'images-drawn');
    });

    it('keeps a key image for the report', async () => {
      await openImages(page, desk.url, `?image=${ids.first}`);
      await page.getByRole('button', { name: 'Key image' }).click();
      await page.getByLabel('Caption').fill('The left ball');
      await page.getByRole('button', { name: 'Keep for the report' }).click();
      await page.getByRole('tab', { name: 'Readings' }).click();
      const kept = page.getByRole('img', { name: 'The left ball' });
      await kept.waitFor();
      await expect.poll(() => widthOf(kept)).toBe(512);
    });

    it('turns it in space where the browser can', async () => {
      await openImages(page, desk.url, `?image=${ids.first}`);
      await page.getByLabel('Layout').selectOption('four');
      const canvas = page.locator('.pane.render canvas');
      await canvas.waitFor();
      // The buffer of WebGL is empty after it was shown: what is on the screen is looked at.
      await expect
        .poll(async () => brightShare(page, await canvas.screenshot()), { timeout: 15_000 })
        .toBeGreaterThan(0.02);
      await picture(page, 'images-space');
    });

    it('shows a viewer everything and lets them change nothing', async () => {
      const viewer = await desk.signIn('vera', ['viewer']);
      await openImages(viewer, desk.url, `?image=${ids.first}`);
      expect(await viewer.getByRole('button', { name: 'Length' }).count()).toBe(0);
      expect(await viewer.getByRole('tab', { name: 'Draw' }).count()).toBe(0);
      await viewer.close();
    });

    it('has no violation of accessibility, in light and dark, wide and small', async () => {
      for (const [width, height] of [
        [1400, 900],
        [360, 740],
      ] as const) {
        await page.setViewportSize({ width, height });
        await openImages(page, desk.url, `?image=${ids.first}`);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          for (const tab of ['Regions', 'Display', 'Readings', 'Draw']) {
            await page.getByRole('tab', { name: tab }).click();
            await page.evaluate(axe.source);
            const violations = await page.evaluate(() =>
              (globalThis as unknown as { axe: typeof axe }).axe
                .run('.viewer-page', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
                .then(({ violations }) =>
                  violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120))}`),
                ),
            );
            expect(violations, `${width} ${colorScheme} ${tab}`).toEqual([]);
          }
          await picture(page, `images-${width}-${colorScheme}`);
        }
        const beyond = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(beyond).toBeLessThanOrEqual(0);
      }
      await page.setViewportSize({ width: 1400, height: 900 });
    });

    it('has no complaint of page or server', () => {
      expect(desk.errors).toEqual([]);
      expect(desk.complaints).toEqual([]);
    });
  });

if (executable !== undefined)
  describe('images without WebGL', { timeout: 60_000 }, () => {
    let browser: Browser;
    let desk: Desk;

    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: executable,
        args: [...safe, '--disable-gpu', '--disable-3d-apis'],
      });
      desk = await openDesk(browser);
    }, 60_000);
    afterAll(async () => {
      await desk?.close();
      await browser?.close();
    });

    it('says so, and shows planes, regions and the slices that the server draws', async () => {
      const { first } = await putViewerPatient(desk.workspace.store, 's1');
      const page = await desk.signIn('anna', ['clinician']);
      page.setDefaultTimeout(10_000);
      await openImages(page, desk.url, `?image=${first}`);
      await page.getByLabel('Layout').selectOption('four');
      await page.getByText('This browser cannot draw in space').waitFor();
      await page.getByRole('button', { name: truth.leftBall.label }).click();
      await expect.poll(async () => (await pixelsOf(page, 'axial')).coloured).toBeGreaterThan(0.002);
      await page.getByRole('button', { name: 'Draw on the server, slice by slice' }).click();
      const slice = page.locator('img.slice');
      await expect.poll(() => widthOf(slice)).toBe(640);
      const before = await slice.getAttribute('src');
      await slice.hover();
      await page.mouse.wheel(0, -100);
      await expect.poll(() => slice.getAttribute('src')).not.toBe(before);
      await expect.poll(() => widthOf(slice)).toBe(640);
      expect(desk.complaints.filter((one) => !/WebGL/.test(one))).toEqual([]);
      expect(desk.errors).toEqual([]);
    });
  });
