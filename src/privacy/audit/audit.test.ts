import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openAudit } from './audit.ts';
import { genesis } from './entry.ts';
import { readAudit } from './read.ts';
import { segmentName } from './segments.ts';
import { sampleEntry, scratch, testClock, testKey } from './testing.ts';
import { verifyAudit } from './verify.ts';

let place: ReturnType<typeof scratch>;
let clock: ReturnType<typeof testClock>;
beforeEach(() => {
  place = scratch();
  clock = testClock();
});
afterEach(() => {
  vi.restoreAllMocks();
  place.remove();
});

const options = () => ({ now: clock.now, key: testKey });
const open1 = (more = {}) => openAudit(place.directory, { ...options(), ...more });
const verify = (more = {}) => verifyAudit(place.directory, { key: testKey, ...more });
const chain = () => readFileSync(join(place.directory, segmentName(1)), 'utf8');

it('keeps lines in order, each resting on the one before, and closes with a signed checkpoint', async () => {
  const audit = await open1();
  await Promise.all(Array.from({ length: 20 }, (_, i) => audit.append(sampleEntry(i))));
  await audit.close();
  const lines = chain().trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).seq)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
  expect(JSON.parse(lines[0]!)).toMatchObject({ actor: 'account-0', at: '2026-11-20T08:00:00.000Z', subject: 'S0000' });
  expect(lines[0]).not.toContain(genesis);
  expect(await verify()).toMatchObject({ intact: true, lines: 21, checkpoints: 1, uncovered: 0, problems: [] });
});

it('a line is on disk when append resolves', async () => {
  const audit = await open1();
  await audit.append(sampleEntry(1, { requestId: 'the one' }));
  expect(chain()).toContain('"requestId":"the one"');
  await audit.close();
});

it('lines that come together share one write', async () => {
  const audit = await open1();
  const handle = await open(join(place.directory, segmentName(1)), 'r');
  const sync = vi.spyOn(Object.getPrototypeOf(handle), 'datasync');
  await handle.close();
  await Promise.all(Array.from({ length: 100 }, (_, i) => audit.append(sampleEntry(i))));
  expect(sync.mock.calls.length).toBe(1);
  await audit.close();
});

it('goes on after a restart, over files cut by size', async () => {
  for (let round = 0; round < 3; round++) {
    const audit = await open1({ segmentBytes: 2000, checkpointEvery: 7 });
    for (let i = 0; i < 15; i++) await audit.append(sampleEntry(i));
    await audit.close();
  }
  const verdict = await verify();
  expect(verdict).toMatchObject({ intact: true, uncovered: 0 });
  expect(verdict.files).toBeGreaterThan(3);
  expect(verdict.lines - verdict.checkpoints).toBe(45);
});

it('several openings take turns without a gap', async () => {
  const audits = await Promise.all([open1({ checkpointEvery: 10 }), open1({ segmentBytes: 3000 }), open1()]);
  await Promise.all(
    audits.map(async (audit, who) => {
      for (let i = 0; i < 40; i++) await audit.append(sampleEntry(i, { actor: `opening-${who}` }));
    }),
  );
  for (const audit of audits) await audit.close();
  expect(await verify()).toMatchObject({ intact: true, mended: 0 });
  for (const who of [0, 1, 2]) {
    const { lines } = await readAudit(place.directory, { actor: `opening-${who}`, limit: 1000 });
    expect(lines).toHaveLength(40);
  }
});

it('finds the new file that another opening has begun after more lines', async () => {
  const [quick, slow] = await Promise.all([open1({ segmentBytes: 1500 }), open1()]);
  await slow.append(sampleEntry(0));
  for (let i = 1; i < 12; i++) await quick.append(sampleEntry(i));
  await slow.append(sampleEntry(12));
  for (const audit of [quick, slow]) await audit.close();
  expect(await verify()).toMatchObject({ intact: true, lines: 14 });
});

it('fails clearly when another process does not let go', async () => {
  const { openLock } = await import('./lock.ts');
  const audit = await open1({ patienceMs: 100 });
  const other = openLock(place.directory, 100);
  await other.hold(async () => {
    await expect(audit.append(sampleEntry(1))).rejects.toMatchObject({ code: 'store-busy' });
  });
  other.close();
  await audit.append(sampleEntry(2));
  await audit.close();
  expect(await verify()).toMatchObject({ intact: true });
});

it('no text can begin a line, move a cursor or turn its direction', async () => {
  const audit = await open1();
  const nasty = 'a\r\n{"seq":2}\u001b[2J\u009b31m\u2028\u202eb\u200f\u0000\ud800';
  await audit.append(sampleEntry(1, { reason: nasty, actor: nasty }));
  await audit.close();
  expect(chain().split('\n')).toHaveLength(3);
  expect(chain()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e\u200f]/);
  expect((await readAudit(place.directory)).lines[0]).toMatchObject({ reason: nasty, actor: nasty });
  expect(await verify()).toMatchObject({ intact: true });
});

it('keeps known fields only, and long texts cut', async () => {
  const audit = await open1();
  const more = { patientName: 'must not be kept', mac: 'x', seq: 9, note: 'x' };
  await audit.append({ ...sampleEntry(1, { reason: 'x'.repeat(10_000) }), ...more });
  await audit.close();
  expect(chain()).not.toContain('must not be kept');
  const [line] = (await readAudit(place.directory)).lines;
  expect(line?.reason?.length).toBeLessThan(600);
  expect(line).toMatchObject({ seq: 1 });
  expect(line?.note).toBeUndefined();
});

it('a clock that was put back is noted, and the time kept as it was told', async () => {
  const audit = await open1();
  await audit.append(sampleEntry(1));
  clock.set('2026-11-19T08:00:00.000Z');
  await audit.append(sampleEntry(2));
  await audit.append(sampleEntry(3));
  await audit.close();
  const { lines } = await readAudit(place.directory);
  expect(lines.map(({ at, note }) => [at.slice(0, 10), note])).toEqual([
    ['2026-11-19', undefined],
    ['2026-11-19', 'clock-back'],
    ['2026-11-20', undefined],
  ]);
  expect(await verify()).toMatchObject({ intact: true, clockBack: 1 });
});

it.each([
  ['nothing of it', 0],
  ['a part of it', 100],
  ['all of it', 1e9],
])('a full disk that took %s: append rejects, the chain holds and goes on', async (_, taken) => {
  const audit = await open1();
  await audit.append(sampleEntry(1));
  const handle = await open(join(place.directory, segmentName(1)), 'r');
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const real = prototype.write;
  vi.spyOn(prototype, 'write').mockImplementationOnce(async function (
    this: unknown,
    bytes: unknown,
    offset: unknown,
    length: unknown,
    position: unknown,
  ) {
    if (taken > 0) await real.call(this, bytes, offset, Math.min(taken, Number(length)), position);
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  });
  await expect(audit.append(sampleEntry(2, { requestId: 'lost' }))).rejects.toMatchObject({
    code: 'store-io',
    message: expect.stringContaining('ENOSPC'),
  });
  expect(await verify()).toMatchObject({ intact: true, lines: 1 });
  await audit.append(sampleEntry(3));
  await audit.close();
  expect(chain()).not.toContain('lost');
  expect(await verify()).toMatchObject({ intact: true, lines: 3 });
});

/** The disk as a file handle meets it: no room but for what the reserve gives back. */
async function fullDisk(): Promise<{ freed: number; end(): void }> {
  const handle = await open(join(place.directory, segmentName(1)), 'r');
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const disk = { freed: 0, end: () => vi.restoreAllMocks() };
  const noSpace = () => Object.assign(new Error('no space'), { code: 'ENOSPC' });
  const [write, truncate] = [prototype.write, prototype.truncate];
  vi.spyOn(prototype, 'write').mockImplementation(async function (this: unknown, ...given: unknown[]) {
    const length = Number(given[2]);
    if (length > disk.freed) throw noSpace();
    disk.freed -= length;
    return write.apply(this, given);
  });
  vi.spyOn(prototype, 'writeFile').mockImplementation(async () => {
    throw noSpace();
  });
  vi.spyOn(prototype, 'truncate').mockImplementation(async function (this: FileHandle, ...given: unknown[]) {
    const { size } = await this.stat();
    await truncate.apply(this, given);
    disk.freed += size - Number(given[0]);
  });
  return disk;
}

it('on a full disk lines come out of the reserve, which says so and is filled up again', async () => {
  let elapsedMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => elapsedMs);
  const audit = await open1({ reserveBytes: 200_000 });
  const size = () => statSync(join(place.directory, 'reserve.room')).size;
  expect(await audit.room()).toEqual({ state: 'ok', heldBytes: 200_000, wantedBytes: 200_000 });
  expect(size()).toBe(200_000);
  const disk = await fullDisk();
  for (let i = 0; i < 200; i++) await audit.append(sampleEntry(i));
  expect(await audit.room()).toEqual({ state: 'reserve', heldBytes: 200_000 - 65_536 * 2, wantedBytes: 200_000 });
  disk.end();
  vi.spyOn(performance, 'now').mockImplementation(() => elapsedMs);
  elapsedMs += 60_000;
  expect(await audit.room()).toMatchObject({ state: 'ok', heldBytes: 200_000 });
  expect(size()).toBe(200_000);
  await audit.close();
  expect(await verify()).toMatchObject({ intact: true, lines: 201 });
});

it('when the reserve is used up append rejects, nothing of the line stays, and it goes on with room', async () => {
  const audit = await open1({ reserveBytes: 65_536 });
  const disk = await fullDisk();
  let kept = 0;
  const refused = await (async () => {
    for (;;) {
      try {
        await audit.append(sampleEntry(kept));
        kept++;
      } catch (error) {
        return error;
      }
    }
  })();
  expect(kept).toBeGreaterThan(100);
  expect(refused).toMatchObject({ code: 'store-io' });
  expect(await audit.room()).toMatchObject({ state: 'failing', heldBytes: 0 });
  disk.end();
  await audit.append(sampleEntry(1));
  expect((await audit.room()).state).not.toBe('failing');
  await audit.close();
  expect(await verify()).toMatchObject({ intact: true, lines: kept + 2 });
});

it('a change is one line to readers once its end is told; what was begun and not ended stands by itself', async () => {
  const audit = await open1();
  const change = (requestId: string, outcome: 'begun' | 'ok' | 'failed') =>
    audit.append(sampleEntry(1, { requestId, outcome, action: 'update', route: 'plan.sign' }));
  await change('cut off', 'begun');
  await change('signed', 'begun');
  await audit.append(sampleEntry(2, { requestId: 'cut off' }));
  await change('signed', 'ok');
  const told = async (query = {}) =>
    (await readAudit(place.directory, query)).lines.map(({ requestId, outcome }) => `${requestId} ${outcome}`);
  expect(await told()).toEqual(['signed ok', 'cut off ok', 'cut off begun']);
  expect(await told({ outcome: 'begun' })).toEqual(['cut off begun']);
  // A page that ends between the two lines of a change.
  expect(await told({ before: 4 })).toEqual(['cut off ok', 'cut off begun']);
  expect(await told({ whole: true })).toHaveLength(4);
  await audit.close();
  expect(await verify()).toMatchObject({ intact: true, openEnded: 0 });
});

it('verifying names changes whose end no line tells', async () => {
  const audit = await open1();
  await audit.append(sampleEntry(1, { requestId: 'a', outcome: 'begun', action: 'sign', route: 'plan.sign' }));
  await audit.append(sampleEntry(1, { requestId: 'b', outcome: 'begun', action: 'create', route: 'imports.create' }));
  await audit.append(sampleEntry(1, { requestId: 'b', outcome: 'failed', action: 'create', route: 'imports.create' }));
  await audit.close();
  expect(await verify()).toMatchObject({
    intact: true,
    openEnded: 1,
    openEnds: [{ file: segmentName(1), line: 1, route: 'plan.sign' }],
  });
});

it('a checkpoint that could not be written is written later', async () => {
  const audit = await open1({ checkpointEvery: 3 });
  const handle = await open(join(place.directory, segmentName(1)), 'r');
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  vi.spyOn(prototype, 'writeFile').mockRejectedValueOnce(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
  // The lines themselves are written: they are acknowledged.
  for (let i = 0; i < 3; i++) await audit.append(sampleEntry(i));
  expect(existsSync(join(place.directory, 'checkpoints.jsonl')) && (await verify()).intact).toBe(false);
  await audit.append(sampleEntry(4));
  await audit.close();
  expect(await verify()).toMatchObject({ intact: true, mended: 1 });
});

it('mends an unfinished last line and says so in the chain', async () => {
  const audit = await open1();
  await audit.append(sampleEntry(1));
  await audit.close();
  const path = join(place.directory, segmentName(1));
  writeFileSync(path, `${chain()}{"action":"re`);
  expect(await verify()).toMatchObject({ intact: false, problems: [{ line: 3, kind: 'unfinished' }] });
  const again = await open1();
  await again.close();
  expect(await verify()).toMatchObject({ intact: true, mended: 1 });
  expect((await readAudit(place.directory)).lines[0]).toMatchObject({
    action: 'mend',
    reason: 'an unfinished last line of 13 bytes was removed',
  });
});

it.each<[string, (lines: string[]) => string[]]>([
  ['a changed line', (lines) => lines.map((line) => line.replace('account-2', 'account-1'))],
  ['lines cut from the end', (lines) => lines.slice(0, -3)],
  ['a line taken out', (lines) => lines.filter((_, i) => i !== 3)],
])('does not go on after %s', async (_, damage) => {
  const audit = await open1();
  for (let i = 0; i < 6; i++) await audit.append(sampleEntry(i));
  await audit.close();
  writeFileSync(join(place.directory, segmentName(1)), `${damage(chain().trimEnd().split('\n')).join('\n')}\n`);
  await expect(open1()).rejects.toMatchObject({ code: 'integrity', remedy: expect.stringContaining('audit verify') });
});

it('does not go on when the chain is changed while it is open', async () => {
  const audit = await open1();
  for (let i = 0; i < 4; i++) await audit.append(sampleEntry(i));
  await audit.checkpoint();
  const whole = chain();
  writeFileSync(join(place.directory, segmentName(1)), whole.slice(0, whole.indexOf('\n') + 1));
  await expect(audit.append(sampleEntry(5))).rejects.toMatchObject({ code: 'integrity' });
  writeFileSync(join(place.directory, segmentName(1)), whole);
  await audit.append(sampleEntry(6));
  await audit.close();
  expect(await verify()).toMatchObject({ intact: true });
});

it('signs by itself some time after a line', async () => {
  const audit = await open1({ checkpointAfterMs: 20 });
  await audit.append(sampleEntry(1));
  await vi.waitFor(async () => expect(await verify()).toMatchObject({ checkpoints: 1, uncovered: 0 }));
  await audit.close();
  expect(await verify()).toMatchObject({ lines: 2, checkpoints: 1 });
});

it('makes its key beside the folder, readable by nobody else, and does not work without it', async () => {
  const audit = await openAudit(place.directory, { now: clock.now });
  await audit.append(sampleEntry(1));
  await audit.close();
  const key = `${place.directory}.key`;
  expect(statSync(key).mode & 0o777).toBe(0o600);
  expect(await verifyAudit(place.directory)).toMatchObject({ intact: true });
  const kept = readFileSync(key);
  chmodSync(key, 0o600);
  rmSync(key);
  await expect(openAudit(place.directory, { now: clock.now })).rejects.toMatchObject({ code: 'integrity' });
  await expect(verifyAudit(place.directory)).rejects.toMatchObject({ code: 'integrity' });
  writeFileSync(key, 'not a key');
  await expect(verifyAudit(place.directory)).rejects.toThrow(/damaged/);
  writeFileSync(key, kept);
  rmSync(place.directory, { recursive: true });
  const fresh = await openAudit(place.directory, { now: clock.now });
  await fresh.close();
  // That a chain was there once stays visible.
  expect((await readAudit(place.directory)).lines[0]).toMatchObject({ action: 'mend', seq: 1 });
});

it('the place of the key can be named', async () => {
  const elsewhere = `${place.directory}-elsewhere/secret`;
  vi.stubEnv('IDIOGRAPH_AUDIT_KEY_FILE', elsewhere);
  try {
    const audit = await openAudit(place.directory, { now: clock.now });
    await audit.close();
    expect(existsSync(elsewhere)).toBe(true);
    expect(existsSync(`${place.directory}.key`)).toBe(false);
  } finally {
    vi.unstubAllEnvs();
  }
});

it('another key verifies nothing', async () => {
  const audit = await open1();
  await audit.append(sampleEntry(1));
  await audit.close();
  const verdict = await verify({ key: new Uint8Array(32) });
  expect(verdict).toMatchObject({ intact: false });
  expect(verdict.problems[0]).toMatchObject({ line: 1, kind: 'changed' });
});

it('nothing is appended after close', async () => {
  const audit = await open1();
  await audit.close();
  await expect(audit.append(sampleEntry(1))).rejects.toMatchObject({ code: 'usage' });
  await audit.close();
});
