import { randomUUID } from 'node:crypto';
import type { Store } from '../../dossier/store.ts';

/** Who listens, as far as it decides what they hear. */
export interface Listener {
  account: string;
  session: string;
  /** May hear of jobs of others, and of file names in them. */
  allJobs: boolean;
  /** May hear which patients changed. */
  patients: boolean;
}

export interface ServerEvent {
  /** `job`: one job as it is now; `changed`: something was acknowledged of a subject; `resync`: ask everything again. */
  type: 'job' | 'changed' | 'resync';
  data: unknown;
}

/** Turns an occurrence into what one listener hears of it; undefined: nothing. */
export type Occurrence = (listener: Listener) => ServerEvent | undefined;

export interface Events {
  /** Tells everybody concerned. `kept`: told again to who was away for a moment; progress is not. */
  tell(occurrence: Occurrence, kept: boolean): void;
  /**
   * A stream of server-sent events for one page. It begins with `first`, then what came after `lastEventId`, or `resync` when
   * that is not known any more. It ends when `mayStay` says no: at sign-out, at the end of the session, with other roles.
   */
  stream(
    listener: Listener,
    options: { lastEventId: string | undefined; first: Occurrence[]; mayStay(): Promise<boolean> },
  ): Response;
  listeners(): number;
  close(): void;
}

const pollMs = 1_000;
const stayMs = 2_000;
const heartbeatMs = 15_000;
const mostKept = 500;
const mostStreams = 20;
/** More subjects at once than that are told of as one change of everything. */
const mostSubjects = 50;

/**
 * Told by this process and, through the sequence of the store, by every other one: while anybody listens, the store is asked
 * once a second whether it has moved on.
 */
export async function openEvents(store: Store): Promise<Events> {
  const epoch = randomUUID().slice(0, 8);
  const reader = store.reading({ purpose: 'maintenance', actor: 'server' });
  const kept: { number: number; occurrence: Occurrence }[] = [];
  const open = new Map<object, { listener: Listener; send(event: ServerEvent, number: number): void; end(): void }>();
  let number = 0;
  let sequence = await reader.sequence();
  let polling: NodeJS.Timeout | undefined;
  let busy = false;
  let closed = false;

  function tell(occurrence: Occurrence, keep: boolean): void {
    number++;
    if (keep) kept.push({ number, occurrence });
    if (kept.length > mostKept) kept.shift();
    for (const { listener, send } of open.values()) {
      const event = occurrence(listener);
      if (event) send(event, number);
    }
  }

  async function poll(): Promise<void> {
    if (busy) return;
    busy = true;
    try {
      const now = await reader.sequence();
      if (now === sequence) return;
      const subjects = await reader.changedSince(sequence);
      sequence = now;
      const changed = (subject?: string) =>
        tell(({ patients }) => (patients ? { type: 'changed', data: { subject, sequence: now } } : undefined), true);
      // Of an erased subject nothing is left to be named: whoever shows it must ask again.
      if (subjects.length === 0 || subjects.length > mostSubjects) changed();
      else for (const subject of subjects) changed(subject);
    } catch {
      // The store is busy for longer than usual: the next second asks again.
    } finally {
      busy = false;
    }
  }

  function watch(): void {
    if (open.size > 0 && polling === undefined && !closed) {
      polling = setInterval(() => void poll(), pollMs);
      polling.unref();
    } else if (open.size === 0 && polling !== undefined) {
      clearInterval(polling);
      polling = undefined;
    }
  }

  function missed(lastEventId: string | undefined): Occurrence[] | undefined {
    const [itsEpoch, itsNumber] = (lastEventId ?? '').split('.');
    const last = Number(itsNumber);
    if (itsEpoch !== epoch || !Number.isSafeInteger(last) || last > number) return undefined;
    const oldest = kept[0]?.number ?? number;
    if (kept.length === mostKept && last < oldest) return undefined;
    return kept.filter((one) => one.number > last).map(({ occurrence }) => occurrence);
  }

  return {
    tell,
    listeners: () => open.size,
    stream(listener, { lastEventId, first, mayStay }) {
      const key = {};
      const text = new TextEncoder();
      let timers: NodeJS.Timeout[] = [];
      const end = () => {
        for (const timer of timers) clearInterval(timer);
        timers = [];
        open.delete(key);
        watch();
      };
      const body = new ReadableStream<Uint8Array>(
        {
          start(controller) {
            const write = (line: string) => {
              try {
                // A reader that has fallen far behind begins anew instead of filling our memory.
                if ((controller.desiredSize ?? 0) < -1_000) throw new Error('too far behind');
                controller.enqueue(text.encode(line));
              } catch {
                endStream();
              }
            };
            const endStream = () => {
              end();
              try {
                controller.close();
              } catch {
                // It is closed already.
              }
            };
            const send = ({ type, data }: ServerEvent, at: number) =>
              write(`id: ${epoch}.${at}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
            if (closed) return endStream();
            const mine = [...open.entries()].filter(([, one]) => one.listener.session === listener.session);
            if (mine.length >= mostStreams) mine[0]![1].end();
            open.set(key, { listener, send, end: endStream });
            watch();
            write('retry: 2000\n\n');
            const away = lastEventId === undefined ? [] : missed(lastEventId);
            if (away === undefined) send({ type: 'resync', data: {} }, number);
            for (const occurrence of [...first, ...(away ?? [])]) {
              const event = occurrence(listener);
              if (event) send(event, number);
            }
            // The browser knows from the first moment where it stands.
            write(`id: ${epoch}.${number}\ndata: here\n\n`);
            const stay = setInterval(() => {
              mayStay().then(
                (stays) => (stays ? undefined : endStream()),
                () => endStream(),
              );
            }, stayMs);
            timers = [stay, setInterval(() => write(': here\n\n'), heartbeatMs)];
            for (const timer of timers) timer.unref();
          },
          cancel: end,
        },
        { highWaterMark: 100 },
      );
      return new Response(body, {
        headers: {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store, no-transform',
          'x-accel-buffering': 'no',
        },
      });
    },
    close() {
      closed = true;
      for (const { end } of [...open.values()]) end();
      watch();
    },
  };
}
