import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAudit } from '../../../src/privacy/audit/audit.ts';
import { sampleEntry, scratch, testClock, testKey } from '../../../src/privacy/audit/testing.ts';
import { verifyAudit } from '../../../src/privacy/audit/verify.ts';

/** Changes every byte of a small closed chain and its checkpoints in three ways: one bit, another letter, no byte at all. */
export async function everyByte(): Promise<{ changes: number; missed: string[] }> {
  const place = scratch();
  try {
    const audit = await openAudit(place.directory, {
      now: testClock().now,
      key: testKey,
      segmentBytes: 1500,
      checkpointEvery: 4,
    });
    for (let i = 0; i < 10; i++) await audit.append(sampleEntry(i));
    await audit.close();
    const missed: string[] = [];
    let changes = 0;
    for (const name of place.files()) {
      const path = join(place.directory, name);
      const whole = readFileSync(path);
      let line = 1;
      for (let at = 0; at < whole.length; at++) {
        const before = whole.subarray(0, at);
        const after = whole.subarray(at + 1);
        const byte = whole[at]!;
        for (const put of [[byte ^ 1], [byte === 0x41 ? 0x42 : 0x41], []]) {
          writeFileSync(path, Buffer.concat([before, Buffer.from(put), after]));
          changes++;
          const { problems } = await verifyAudit(place.directory, { key: testKey });
          if (!problems.some((one) => one.file === name && one.line === line)) missed.push(`${name} byte ${at}`);
        }
        if (byte === 10) line++;
      }
      writeFileSync(path, whole);
    }
    return { changes, missed };
  } finally {
    place.remove();
  }
}
