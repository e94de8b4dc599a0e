import { totalmem } from 'node:os';

/** What this machine, or the container that we run in, has. */
export function machineMemoryMb(): number {
  const limit = process.constrainedMemory();
  return Math.min(totalmem(), limit > 0 ? limit : Number.POSITIVE_INFINITY) / 2 ** 20;
}

/** A gate that lets runs in as long as threads and memory last. */
export interface Admission {
  /**
   * Resolves with the way out when there is a thread and room for `peakMb`; first come, first served, so that a large run
   * is never starved by small ones. What exceeds the whole budget is let in when nothing else is running.
   */
  enter(peakMb: number): Promise<() => void>;
}

export function openAdmission(limits: { threads: number; memoryMb: number }): Admission {
  const queue: { peakMb: number; admit: () => void }[] = [];
  let running = 0;
  let usedMb = 0;
  const advance = () => {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const fits = running === 0 || usedMb + next.peakMb <= limits.memoryMb;
      if (running >= Math.max(1, limits.threads) || !fits) return;
      queue.shift();
      running++;
      usedMb += next.peakMb;
      next.admit();
    }
  };
  return {
    enter(peakMb) {
      return new Promise((resolve) => {
        const leave = () => {
          running--;
          usedMb -= peakMb;
          advance();
        };
        queue.push({ peakMb, admit: () => resolve(leave) });
        advance();
      });
    },
  };
}
