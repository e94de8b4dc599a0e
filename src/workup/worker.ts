/** The other side of thread.ts: makes one run and ends. Reads the store, never writes to it. */
import { parentPort, workerData } from 'node:worker_threads';
import { openStore } from '../store/open.ts';
import { perform } from './context.ts';
import { loadAnalysis } from './registry.ts';
import { surroundingsAt } from './surroundings.ts';
import { faultOf, type News, type OrderWithStop } from './thread.ts';

const order = workerData as OrderWithStop;
const port = parentPort!;
const controller = new AbortController();
port.on('message', () => controller.abort());
/** More often than this nobody looks, and each message costs. */
const progressEveryMs = 50;

function tell(news: News): void {
  port.postMessage(news);
}

async function main(): Promise<News> {
  const analysis = await loadAnalysis(order.registry, order.analysis, order.version);
  const store = await openStore(order.store);
  const reader = store.reading(order.access);
  let told = Number.NEGATIVE_INFINITY;
  try {
    const drafts = await perform(
      { ...order, analysis },
      surroundingsAt(order.places),
      {
        bytes: (sha256) => reader.blob(order.dossier.subject.id, sha256),
        file: (sha256) => reader.blobFile(order.dossier.subject.id, sha256),
      },
      {
        signal: controller.signal,
        stopped: () => Atomics.load(order.stop, 0) === 1,
        progress(fraction, doing) {
          const now = performance.now();
          if (now - told < progressEveryMs) return;
          told = now;
          tell({ type: 'progress', fraction, doing });
        },
      },
    );
    return { type: 'done', drafts };
  } finally {
    await store.close();
  }
}

try {
  tell(await main());
} catch (error) {
  tell({ type: 'failed', fault: faultOf(error) });
}
