import { openAudit } from './audit.ts';
import { sampleEntry } from './testing.ts';

/** The process that tests kill: appends as fast as it can and says which lines were acknowledged. */
const [directory = '', who = '', atOnce = '1'] = process.argv.slice(2);
const audit = await openAudit(directory, {
  now: () => new Date().toISOString(),
  checkpointEvery: 50,
  segmentBytes: 100_000,
});
process.stdout.write('open\n');
let number = 0;
await Promise.all(
  Array.from({ length: Number(atOnce) }, async () => {
    for (;;) {
      const requestId = `${who}-${number++}`;
      await audit.append(sampleEntry(number, { requestId }));
      process.stdout.write(`${requestId}\n`);
    }
  }),
);
