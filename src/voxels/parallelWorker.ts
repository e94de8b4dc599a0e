/** The other side of parallel.ts: computes blocks of one order after the other until there are none, and waits for the next. */
import { parentPort } from 'node:worker_threads';
import { isIdiographError } from '../dossier/errors.ts';
import { computeBlocks, countBytes, type ParallelAnswer, type ParallelOrder, stop } from './parallel.ts';

parentPort!.on('message', async (order: ParallelOrder) => parentPort!.postMessage(await answerOf(order)));

async function answerOf(order: ParallelOrder): Promise<ParallelAnswer> {
  for (const { buffer } of Object.values(order.arrays)) countBytes(buffer.byteLength);
  try {
    for await (const _ of computeBlocks(order));
    return {};
  } catch (error) {
    stop(order);
    // Errors cross threads without what they are.
    if (!isIdiographError(error)) return { error };
    const { code, message, fields, remedy } = error;
    return { wrongUse: { code, message, fields: { ...fields, ...(remedy !== undefined && { remedy }) } } };
  }
}
