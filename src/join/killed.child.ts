import { openStore } from '../store/open.ts';
import { mergeSubjects } from './merge.ts';
import { splitSubject } from './split.ts';

/** The process that is killed: after so many files were copied, or once the act is acknowledged. */
const { config, act, from, into, sources, files } = JSON.parse(process.argv[2] ?? '');
const store = await openStore(config);
const order = {
  actor: 'tester',
  reason: 'test',
  at: '2024-03-01T10:00:00Z',
  onFile(done: number) {
    if (done === files) process.kill(process.pid, 'SIGKILL');
  },
};
if (act === 'merge') await mergeSubjects(store, { from, into }, order);
else await splitSubject(store, from, { sources, into }, order);
process.kill(process.pid, 'SIGKILL');
