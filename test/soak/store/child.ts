/**
 * Imports generated files and writes batches until it is killed; says each acknowledgement on standard output, one JSON
 * line each. Arguments: data folder, folder for the files to import, seed. Ends by itself after `most` steps.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, sha256 } from '../../../src/dossier/canonical.ts';
import type { StoreRecord } from '../../../src/dossier/store.ts';
import { openStore } from '../../../src/store/open.ts';
import {
  sampleFact,
  sampleFinding,
  sampleImport,
  sampleRun,
  sampleSource,
  sampleSubject,
} from '../../../src/store/samples.ts';
import type { Said } from './killing.ts';
import { seeded } from './seeded.ts';

const [directory = '', input = '', seed = '1', most = '500'] = process.argv.slice(2);
const random = seeded(Number(seed));
const whole = (below: number) => Math.floor(random() * below);
/** Synchronous, so that what was acknowledged has been said before the next thing happens. */
const say = (said: Said) => writeSync(1, `${JSON.stringify(said)}\n`);

const store = await openStore({ engine: 'sqlite', directory });
mkdirSync(input, { recursive: true });
const subjects: string[] = [];
say({ ready: true });

async function put(subject: string, index: number): Promise<string> {
  // Small ones mostly, as in a record; now and then one that is streamed.
  const bytes = randomBytes(random() < 0.03 ? 9 * 2 ** 20 : 1 + whole(60_000));
  const given = random() < 0.5 ? bytes : { file: join(input, `${index}`) };
  if ('file' in given) writeFileSync(given.file, bytes);
  const blob = await store.putBlob(subject, given, 'application/octet-stream');
  say({ blob: blob.id });
  return blob.sha256;
}

for (let step = 0; step < Number(most); step++) {
  const known = random() < 0.5 ? undefined : subjects[whole(subjects.length)];
  const subject = known ?? (await store.nextSubjectId());
  const hashes = await Promise.all(Array.from({ length: 1 + whole(20) }, (_, index) => put(subject, index)));
  const sources = hashes.map((hash) => sampleSource(subject, hash, { path: `file ${hash.slice(0, 6)}` }));
  const facts = sources.flatMap((source) => Array.from({ length: 3 }, (_, value) => sampleFact(source, value)));
  const runId = `run-${subject}-${sha256(hashes.join()).slice(0, 16)}`;
  const findings = Array.from({ length: 1 + whole(200) }, (_, index) =>
    sampleFinding(subject, runId, `m${index}`, random(), [sources[0]!.id]),
  );
  const run = sampleRun(subject, runId, [sources[0]!.id], findings);
  const batch: StoreRecord[] = [sampleSubject(subject), sampleImport(subject), ...sources, ...facts, run, ...findings];
  await store.write(batch);
  say({ subject, batch: batch.map((record) => [record.id, sha256(canonicalJson(record))]) });
  if (known === undefined) subjects.push(subject);
  if (random() < 0.3 && subjects.length > 1) {
    const [gone] = subjects.splice(whole(subjects.length), 1);
    say({ erasing: gone! });
    await store.erase(gone!, { actor: 'soak', reason: 'soak', at: '2026-11-24' });
    say({ erased: gone! });
  }
}
await store.close();
