/** A work-up in a process of its own, to be killed: says each run as soon as the store has acknowledged it. */
import { openStore } from '../../store/open.ts';
import { workup } from '../workup.ts';

const [directory, subject, knowledgeDirectory] = process.argv.slice(2) as [string, string, string];
const store = await openStore({ engine: 'sqlite', directory });
process.stdout.write('ready\n');
const report = await workup(store, subject, {
  access: { purpose: 'demonstration', actor: 'test' },
  clock: () => new Date().toISOString(),
  registry: new URL('./toyRoom.ts', import.meta.url).href,
  knowledgeDirectory,
  workers: 2,
  onProgress: (event) => {
    if (event.type === 'finished' && event.state === 'computed') process.stdout.write(`${event.run}\n`);
  },
});
await store.close();
process.stdout.write(report.outcomes.every(({ state }) => state !== 'failed') ? 'complete\n' : 'failed\n');
