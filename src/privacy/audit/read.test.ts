import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openAudit } from './audit.ts';
import { type AuditPage, eachAuditLine, readAudit } from './read.ts';
import { linesBackward, linesOf, segmentName } from './segments.ts';
import { sampleEntry, scratch, testClock, testKey } from './testing.ts';

let place: ReturnType<typeof scratch>;
beforeAll(async () => {
  place = scratch();
  const clock = testClock();
  const audit = await openAudit(place.directory, {
    now: clock.now,
    key: testKey,
    segmentBytes: 4000,
    checkpointEvery: 10,
  });
  for (let i = 0; i < 60; i++) {
    // An hour between the tens.
    if (i % 10 === 0) clock.set(`2026-11-20T${String(8 + i / 10).padStart(2, '0')}:00:00.000Z`);
    await audit.append(sampleEntry(i));
  }
  await audit.close();
});
afterAll(() => place.remove());

const numbers = (lines: { requestId?: string }[]) => lines.map(({ requestId }) => Number(requestId?.slice(8)));

it('newest first, page by page, each line once', async () => {
  const seen: number[] = [];
  let before: number | undefined;
  do {
    const page = await readAudit(place.directory, { limit: 7, before });
    seen.push(...numbers(page.lines));
    before = page.next;
  } while (before !== undefined);
  expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => 59 - i));
});

it('by patient, by who, by time', async () => {
  expect(numbers((await readAudit(place.directory, { subject: 'S0002' })).lines)).toEqual(
    Array.from({ length: 12 }, (_, i) => 57 - 5 * i),
  );
  expect((await readAudit(place.directory, { subject: 'S0002', actor: 'account-0' })).lines).toHaveLength(4);
  expect((await readAudit(place.directory, { subject: 'S000' })).lines).toEqual([]);
  const hour = { from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T10:59:59.999Z' };
  expect(numbers((await readAudit(place.directory, hour)).lines)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20]);
});

it('stops reading where nothing newer can come', async () => {
  const handle = await open(join(place.directory, segmentName(1)), 'r');
  const read = vi.spyOn(Object.getPrototypeOf(handle), 'read');
  await handle.close();
  await readAudit(place.directory);
  const all = read.mock.calls.length;
  read.mockClear();
  await readAudit(place.directory, { from: '2026-11-20T13:00:00.000Z' });
  expect(read.mock.calls.length).toBeLessThan(all / 2);
  read.mockClear();
  expect((await readAudit(place.directory, { limit: 3 })).lines).toHaveLength(3);
  // One for these three, one to know whether there are more.
  expect(read.mock.calls.length).toBeLessThanOrEqual(2);
  read.mockRestore();
});

it('damaged lines are counted, an unfinished one is not there yet', async () => {
  const copy = scratch();
  try {
    const audit = await openAudit(copy.directory, { now: testClock().now, key: testKey });
    for (let i = 0; i < 3; i++) await audit.append(sampleEntry(i));
    await audit.close();
    const path = join(copy.directory, segmentName(1));
    writeFileSync(path, readFileSync(path, 'utf8').replace('{', '['));
    appendFileSync(path, '{"action":');
    const page = await readAudit(copy.directory);
    expect(numbers(page.lines)).toEqual([2, 1]);
    expect(page.damaged).toBe(1);
  } finally {
    copy.remove();
  }
});

it('filters by action and outcome, and ends a page after so many lines, from where the next one goes on', async () => {
  const copy = scratch();
  try {
    const audit = await openAudit(copy.directory, { now: testClock().now, key: testKey });
    for (let i = 0; i < 20; i++)
      await audit.append({
        ...sampleEntry(i),
        action: i === 3 ? 'sign' : 'read',
        outcome: i % 10 === 0 ? 'denied' : 'ok',
      });
    await audit.close();
    const pages: AuditPage[] = [];
    for (let before: number | undefined; ; before = pages.at(-1)!.next) {
      pages.push(await readAudit(copy.directory, { action: 'sign', most: 6, ...(before !== undefined && { before }) }));
      if (pages.at(-1)!.next === undefined) break;
      expect(pages.length).toBeLessThan(10);
    }
    expect(pages.map(({ lines }) => numbers(lines))).toEqual([[], [], [3], []]);
    expect(pages[0]).toMatchObject({ searchedTo: expect.any(String), next: 16 });
    expect(numbers((await readAudit(copy.directory, { outcome: 'denied' })).lines)).toEqual([10, 0]);
    expect(numbers(await Array.fromAsync(eachAuditLine(copy.directory, { outcome: 'denied' })))).toEqual([10, 0]);
  } finally {
    copy.remove();
  }
});

it('lines are the same from both ends, whatever their length', async () => {
  const path = join(place.directory, 'lines');
  const long = 'x'.repeat(70_000);
  for (const text of [
    '',
    '\n',
    'a',
    'a\n',
    'a\nb',
    `${long}\n${long}`,
    `\n\n${long}\nä\n`,
    `${'y'.repeat(65_535)}\n\n`,
  ]) {
    writeFileSync(path, text);
    const forward = await Array.fromAsync(linesOf(path));
    const backward = await Array.fromAsync(linesBackward(path));
    expect(backward.reverse()).toEqual(forward);
    expect(forward.map((one) => one.text + (one.ended ? '\n' : '')).join('')).toBe(text);
  }
});

it('a folder without a chain has no line', async () => {
  expect(await readAudit(join(place.directory, 'absent'))).toEqual({ lines: [], damaged: 0 });
});
