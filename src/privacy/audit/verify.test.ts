import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../dossier/canonical.ts';
import { openAudit } from './audit.ts';
import { checkpointText, noCheckpoint } from './checkpoint.ts';
import { endText } from './end.ts';
import { type AuditLine, genesis, lineMac, lineText } from './entry.ts';
import { deriveKeys } from './key.ts';
import { sampleEntry, scratch, testClock, testKey } from './testing.ts';
import { type AuditProblem, verifyAudit } from './verify.ts';

/** A closed chain of several files and checkpoints; each test damages a copy. */
let original: ReturnType<typeof scratch>;
let place: ReturnType<typeof scratch>;
let files: { name: string; bytes: Buffer; lines: string[] }[];

beforeAll(async () => {
  original = scratch();
  place = scratch();
  const { now } = testClock();
  const audit = await openAudit(original.directory, { now, key: testKey, segmentBytes: 2500, checkpointEvery: 6 });
  for (let i = 0; i < 24; i++)
    await audit.append(sampleEntry(i, { reason: i % 4 === 0 ? 'Grüße \ufffd \u2028' : 'why' }));
  await audit.close();
  files = original.files().map((name) => {
    const bytes = readFileSync(join(original.directory, name));
    return { name, bytes, lines: bytes.toString().trimEnd().split('\n') };
  });
  expect(files.length).toBeGreaterThan(3);
  cpSync(original.directory, place.directory, { recursive: true });
});
afterAll(() => {
  original.remove();
  place.remove();
});

async function damaged(name: string, bytes: Uint8Array | string): Promise<AuditProblem[]> {
  writeFileSync(join(place.directory, name), bytes);
  try {
    const verdict = await verifyAudit(place.directory, { key: testKey });
    expect(verdict.intact).toBe(verdict.problems.length === 0);
    return verdict.problems;
  } finally {
    copyFileSync(join(original.directory, name), join(place.directory, name));
  }
}

const lineAt = (bytes: Uint8Array, offset: number) => bytes.subarray(0, offset).filter((one) => one === 10).length + 1;
const anyByte = fc.tuple(fc.nat(), fc.nat()).map(([file, at]) => {
  const one = files[file % files.length]!;
  return { ...one, at: at % one.bytes.length };
});

describe('any change of bytes is found, in its file and at its line', () => {
  it('a byte changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.noShrink(anyByte), fc.integer({ min: 1, max: 255 }), async ({ name, bytes, at }, change) => {
        const edited = Uint8Array.from(bytes);
        edited[at]! ^= change;
        const problems = await damaged(name, edited);
        // A line end that is gone joins two lines: told at the first.
        expect(problems[0]).toMatchObject({ file: name, line: lineAt(bytes, at) });
      }),
      { numRuns: 400 },
    );
  });

  it('a byte taken out', async () => {
    await fc.assert(
      fc.asyncProperty(anyByte, async ({ name, bytes, at }) => {
        const problems = await damaged(name, Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]));
        expect(problems[0]).toMatchObject({ file: name, line: lineAt(bytes, at) });
      }),
      { numRuns: 200 },
    );
  });

  it('a byte put in', async () => {
    await fc.assert(
      fc.asyncProperty(anyByte, fc.integer({ min: 0, max: 255 }), async ({ name, bytes, at }, byte) => {
        const problems = await damaged(
          name,
          Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at)]),
        );
        expect(problems.find((one) => one.file === name && one.line === lineAt(bytes, at))).toBeDefined();
      }),
      { numRuns: 200 },
    );
  });

  it('cut at any byte', async () => {
    await fc.assert(
      fc.asyncProperty(anyByte, async ({ name, bytes, at }) => {
        const problems = await damaged(name, bytes.subarray(0, at));
        expect(problems.length).toBeGreaterThan(0);
        const line = lineAt(bytes, at);
        // Whole lines at the end of an inner file: told where the next file begins.
        const next = files[files.findIndex((one) => one.name === name) + 1];
        expect(
          problems.some(
            (one) => (one.file === name && one.line === line) || (one.file === next?.name && one.line === 1),
          ),
        ).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('whole lines', () => {
  const anyLine = fc.tuple(fc.nat(), fc.nat()).map(([file, at]) => {
    const one = files[file % files.length]!;
    return { ...one, at: at % one.lines.length };
  });
  const text = (lines: string[]) => (lines.length === 0 ? '' : `${lines.join('\n')}\n`);

  it('one taken out', async () => {
    await fc.assert(
      fc.asyncProperty(anyLine, async ({ name, lines, at }) => {
        const problems = await damaged(name, text(lines.toSpliced(at, 1)));
        const isLast = at === lines.length - 1;
        const next = files[files.findIndex((one) => one.name === name) + 1];
        expect(problems[0]).toMatchObject(
          isLast && next?.name.startsWith('chain') && name.startsWith('chain')
            ? { file: next.name, line: 1, kind: 'missing' }
            : { file: name, line: at + 1, kind: isLast ? 'truncated' : 'missing' },
        );
      }),
      { numRuns: 60 },
    );
  });

  it('one repeated', async () => {
    await fc.assert(
      fc.asyncProperty(anyLine, async ({ name, lines, at }) => {
        const problems = await damaged(name, text(lines.toSpliced(at, 0, lines[at]!)));
        expect(problems[0]).toMatchObject({ file: name, line: at + 2, kind: 'moved' });
        expect(problems).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });

  it('two in each other’s place', async () => {
    await fc.assert(
      fc.asyncProperty(anyLine, async ({ name, lines, at }) => {
        fc.pre(at + 1 < lines.length);
        const swapped = lines.toSpliced(at, 2, lines[at + 1]!, lines[at]!);
        const problems = await damaged(name, text(swapped));
        expect(problems[0]).toMatchObject({ file: name, line: at + 1 });
      }),
      { numRuns: 60 },
    );
  });

  it('one of another chain with another key', async () => {
    const other = scratch();
    try {
      const audit = await openAudit(other.directory, { now: testClock().now, key: new Uint8Array(32) });
      for (let i = 0; i < 24; i++) await audit.append(sampleEntry(i));
      await audit.close();
      const forged = readFileSync(join(other.directory, files[0]!.name), 'utf8').split('\n');
      const { name, lines } = files[0]!;
      const problems = await damaged(name, text(lines.toSpliced(2, 1, forged[2]!)));
      expect(problems[0]).toMatchObject({ file: name, line: 3, kind: 'changed' });
    } finally {
      other.remove();
    }
  });
});

it('a whole file that is gone', async () => {
  for (const { name } of files) {
    rmSync(join(place.directory, name));
    const { intact, problems } = await verifyAudit(place.directory, { key: testKey });
    copyFileSync(join(original.directory, name), join(place.directory, name));
    expect({ name, intact, count: problems.length > 0 }).toEqual({ name, intact: false, count: true });
  }
});

describe('chain and checkpoints cut together', () => {
  const lines = (directory: string, name: string) => readFileSync(join(directory, name), 'utf8').trimEnd().split('\n');
  const keep = (directory: string, name: string, count: number) =>
    writeFileSync(
      join(directory, name),
      lines(directory, name)
        .slice(0, count)
        .map((line) => `${line}\n`)
        .join(''),
    );
  const chain = 'chain-000000000001.jsonl';

  async function chained(work: (directory: string) => Promise<void>): Promise<void> {
    const other = scratch();
    try {
      const audit = await openAudit(other.directory, { now: testClock().now, key: testKey, checkpointEvery: 5 });
      for (let i = 0; i < 20; i++) await audit.append(sampleEntry(i));
      await audit.close();
      await work(other.directory);
    } finally {
      other.remove();
    }
  }

  it('show by the note of the end, wherever they were cut, and such a chain is not opened', () =>
    chained(async (directory) => {
      const whole = {
        chain: lines(directory, chain).length,
        checkpoints: lines(directory, 'checkpoints.jsonl').length,
      };
      expect(whole).toEqual({ chain: 24, checkpoints: 4 });
      for (let kept = whole.chain - 1; kept >= 0; kept--) {
        const announced = lines(directory, chain)
          .slice(0, kept)
          .filter((line) => line.includes('"checkpoint":{')).length;
        keep(directory, chain, kept);
        keep(directory, 'checkpoints.jsonl', announced);
        const { intact, problems } = await verifyAudit(directory, { key: testKey });
        expect({ kept, intact, kind: problems[0]?.kind, line: problems[0]?.line }).toEqual({
          kept,
          intact: false,
          kind: 'truncated',
          line: kept + 1,
        });
        await expect(openAudit(directory, { now: testClock().now, key: testKey })).rejects.toMatchObject({
          code: 'integrity',
        });
      }
    }));

  it('with the note of that time put back show only against a copy of the checkpoints', () =>
    chained(async (directory) => {
      const [copy, note] = ['copy', 'end.json'].map((name) => join(directory, name)) as [string, string];
      copyFileSync(join(directory, 'checkpoints.jsonl'), copy);
      const against = { key: testKey, against: copy };
      expect(await verifyAudit(directory, against)).toMatchObject({ intact: true });
      const { seq, mac } = JSON.parse(lines(directory, chain)[11]!) as { seq: number; mac: string };
      keep(directory, chain, 12);
      keep(directory, 'checkpoints.jsonl', 2);
      writeFileSync(note, endText(deriveKeys(testKey).mac, { seq, mac }));
      expect(await verifyAudit(directory, { key: testKey })).toMatchObject({ intact: true });
      expect(await verifyAudit(directory, against)).toMatchObject({
        intact: false,
        problems: [{ file: 'checkpoints.jsonl', line: 3, kind: 'truncated' }],
      });
    }));

  it('with the note removed or changed show as well', () =>
    chained(async (directory) => {
      const note = join(directory, 'end.json');
      const bytes = readFileSync(note);
      for (let at = 0; at < bytes.length; at++) {
        const edited = Uint8Array.from(bytes);
        edited[at]! ^= 1;
        writeFileSync(note, edited);
        expect({ at, ...(await verifyAudit(directory, { key: testKey })) }).toMatchObject({
          at,
          problems: [{ file: 'end.json', kind: 'changed' }],
        });
      }
      rmSync(note);
      expect(await verifyAudit(directory, { key: testKey })).toMatchObject({
        problems: [{ file: 'end.json', kind: 'missing' }],
      });
      await expect(openAudit(directory, { now: testClock().now, key: testKey })).rejects.toMatchObject({
        code: 'integrity',
      });
    }));

  it('a chain of a version that kept no note holds, and gets one when it is opened', () =>
    chained(async (directory) => {
      const keys = deriveKeys(testKey);
      const checkpoints: string[] = [];
      let mac = genesis;
      const rewritten = lines(directory, chain).map((text) => {
        const { mac: _, ...body } = JSON.parse(text) as AuditLine;
        delete body.checkpoint?.noted;
        mac = lineMac(keys.mac, mac, body);
        const { checkpoint, seq, at } = body;
        if (checkpoint !== undefined) {
          const previous = checkpoints.length === 0 ? noCheckpoint : sha256(checkpoints.at(-1)!);
          checkpoints.push(checkpointText(keys, { number: checkpoint.number, seq, mac, at }, previous));
        }
        return `${lineText({ ...body, mac })}\n`;
      });
      writeFileSync(join(directory, chain), rewritten.join(''));
      writeFileSync(join(directory, 'checkpoints.jsonl'), checkpoints.map((one) => `${one}\n`).join(''));
      rmSync(join(directory, 'end.json'));
      expect(await verifyAudit(directory, { key: testKey })).toMatchObject({ intact: true });
      await (await openAudit(directory, { now: testClock().now, key: testKey })).close();
      expect(await verifyAudit(directory, { key: testKey })).toMatchObject({ intact: true, mended: 1 });
      rmSync(join(directory, 'end.json'));
      expect(await verifyAudit(directory, { key: testKey })).toMatchObject({ intact: false });
    }));

  it('a note behind the chain is what a kill leaves, and holds', () =>
    chained(async (directory) => {
      const { seq, mac } = JSON.parse(lines(directory, chain)[20]!) as { seq: number; mac: string };
      writeFileSync(join(directory, 'end.json'), endText(deriveKeys(testKey).mac, { seq, mac }));
      expect(await verifyAudit(directory, { key: testKey })).toMatchObject({ intact: true });
      const audit = await openAudit(directory, { now: testClock().now, key: testKey });
      await audit.append(sampleEntry(99));
      await audit.close();
      expect(await verifyAudit(directory, { key: testKey })).toMatchObject({ intact: true });
    }));
});

it('a folder without a chain is no intact chain', async () => {
  await expect(verifyAudit(join(place.directory, 'absent'))).rejects.toMatchObject({ code: 'not-found' });
});
