import { parentPort, workerData } from 'node:worker_threads';
import type { PowerOrder } from './powerThread.ts';
import { simulateRates } from './simulate.ts';

const { plan, truth, runs } = workerData as PowerOrder;
const every = Math.max(1, Math.floor(runs / 50));
let heard = 0;
const rates = simulateRates(plan, truth, runs, (done) => {
  if (++heard % every === 0) parentPort?.postMessage({ done });
});
parentPort?.postMessage({ rates });
