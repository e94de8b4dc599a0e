import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesBelow, storeContract } from '../contract.ts';
import { openStore } from '../open.ts';

storeContract('sqlite', {
  fresh: async () => ({ engine: 'sqlite', directory: await mkdtemp(join(tmpdir(), 'idiograph-store-')) }),
  open: openStore,
  remove: ({ directory }) => rm(directory, { recursive: true, force: true }),
  everything: ({ directory }) => filesBelow(directory),
});
