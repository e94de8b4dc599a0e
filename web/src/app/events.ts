import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { JobView } from '../../../src/server/api/jobs.ts';
import { urlOf } from '../api/client.ts';
import { keepJob } from '../parts/jobs/jobsQuery.ts';
import { useSession } from './session.tsx';

type Heard =
  | { type: 'job'; data: JobView }
  | { type: 'changed'; data: { subject?: string; sequence: number } }
  | { type: 'resync'; data: unknown };

/**
 * Listens to the server while somebody is signed in, and makes what is shown stale when it has changed. Browsers open few
 * connections to one server: of all tabs one listens and tells the others.
 */
export function useServerEvents(): void {
  const client = useQueryClient();
  const { account } = useSession();
  useEffect(() => {
    const channel = new BroadcastChannel(`idiograph-events-${account.id}`);
    const over = new AbortController();
    channel.onmessage = ({ data }) => hear(data as Heard, client);
    const listen = () =>
      listenUntil(over.signal, (heard) => {
        // What comes in after the end of this listening is for nobody.
        if (over.signal.aborted) return;
        hear(heard, client);
        channel.postMessage(heard);
      });
    // Without locks (a page that is not served securely) each tab listens for itself.
    if (navigator.locks) {
      void navigator.locks
        .request(`idiograph-events-${account.id}`, { signal: over.signal }, listen)
        .catch(() => undefined);
    } else void listen();
    return () => {
      over.abort();
      channel.close();
    };
  }, [client, account.id]);
}

/** Resolves when it is over. A stream that the server has ended is opened again, with what was missed. */
function listenUntil(over: AbortSignal, tell: (heard: Heard) => void): Promise<void> {
  return new Promise((resolve) => {
    // The lock may be given when nobody waits for it any more: an abort tells this only to those who listen before it.
    if (over.aborted) return resolve();
    let source: EventSource;
    let again: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(urlOf('events.stream'));
      for (const type of ['job', 'changed', 'resync'] as const) {
        source.addEventListener(type, (event) =>
          tell({ type, data: JSON.parse((event as MessageEvent<string>).data) } as Heard),
        );
      }
      source.onerror = () => {
        // A refusal (signed out, too many) ends the source for good; a cut it mends by itself.
        if (source.readyState !== EventSource.CLOSED) return;
        again = setTimeout(() => {
          tell({ type: 'resync', data: {} });
          open();
        }, 5_000);
      };
    };
    open();
    over.addEventListener('abort', () => {
      clearTimeout(again);
      source.close();
      resolve();
    });
  });
}

function hear(heard: Heard, client: QueryClient): void {
  if (heard.type === 'job') keepJob(client, heard.data);
  else if (heard.type === 'resync') {
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  } else {
    const { subject } = heard.data;
    void client.invalidateQueries({ queryKey: ['patients'] });
    void client.invalidateQueries({ queryKey: subject === undefined ? ['patient'] : ['patient', subject] });
  }
}
