import type { StoreConfig } from '../dossier/store.ts';
import { openStore } from './open.ts';
import { sampleFinding, sampleSubject } from './samples.ts';

/** The second process of the contract suite: takes subjects, writes to them, says which ids it was given. */
const config: StoreConfig = JSON.parse(process.argv[2] ?? '');
const rounds = Number(process.argv[3]);
const store = await openStore(config);
const subjects: string[] = [];
for (let round = 0; round < rounds; round++) {
  const subject = await store.nextSubjectId();
  subjects.push(subject);
  await store.putBlob('S-shared', Buffer.from(`bytes ${round}`), 'text/plain');
  await store.write([sampleSubject(subject), sampleFinding(subject, `run-${subject}`, 'volume', round)]);
}
await store.close();
console.log(JSON.stringify(subjects));
