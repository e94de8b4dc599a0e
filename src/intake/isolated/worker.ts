import { parentPort, workerData } from 'node:worker_threads';
import { isIdiographError } from '../../dossier/errors.ts';
import { Issue, issue } from '../../dossier/issue.ts';
import type { Limits, Read } from '../format.ts';
import { loadFormat } from '../formats.ts';
import { knownFile } from '../inputFile.ts';
import type { BatchOrder, BatchReply, FileOrder, WorkerData } from './protocol.ts';

const port = parentPort!;
const current = new Int32Array((workerData as WorkerData).current);

/** Replies are gathered this long, so that many small files make few messages and a lost thread loses little. */
const gatherMs = 20;

port.on('message', async ({ files, limits }: BatchOrder) => {
  let outcomes: BatchReply['outcomes'] = [];
  let sent = performance.now();
  for (const [index, order] of files.entries()) {
    Atomics.store(current, 0, index + 1);
    outcomes.push([index, await readOne(order, limits)]);
    if (performance.now() - sent > gatherMs) {
      reply(files, { outcomes, finished: false });
      outcomes = [];
      sent = performance.now();
    }
  }
  Atomics.store(current, 0, 0);
  reply(files, { outcomes, finished: true });
});

function reply(files: FileOrder[], { outcomes, finished }: BatchReply): void {
  try {
    port.postMessage({ outcomes, finished });
  } catch {
    // A piece that cannot cross the boundary is a fault of one reader; the others' pieces go through one by one.
    for (const [index] of outcomes) {
      const failed = crashed(files[index]!.path, 'its content cannot be passed on');
      port.postMessage({ outcomes: [[index, failed]], finished: false });
    }
    port.postMessage({ outcomes: [], finished });
  }
}

async function readOne(order: FileOrder, limits: Limits): Promise<Read<unknown>> {
  try {
    const file = knownFile(order.diskPath, order.path, order.bytes, order.head, limits.fileBytes);
    const format = await loadFormat(order.format);
    return await format.read(file, limits);
  } catch (error) {
    const carried = isIdiographError(error) ? Issue.safeParse(error.fields['issue']) : undefined;
    if (carried?.success) return { refused: carried.data };
    return crashed(order.path, error instanceof Error ? error.message : String(error));
  }
}

function crashed(path: string, reason: string): { refused: Issue } {
  return {
    refused: issue('error', 'reader-crashed', `The reader failed on this file: ${reason.slice(0, 300)}`, {
      place: path,
      remedy: 'The file is probably damaged: copy or export it again. If it opens elsewhere, report it.',
    }),
  };
}
