import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { PatientPage, PatientRow } from '../../../../src/server/api/patients.ts';
import { call } from '../../api/client.ts';

export type Sort = 'label' | 'subject' | 'changed' | 'visit' | 'born' | 'urgency';

/** What is asked for, but for the place in the list. */
export interface Query {
  text: string;
  data: string[];
  urgency: 'now' | 'open' | '';
  sort: Sort;
  alike: boolean;
  merged: boolean;
}

/** Rows of one request. */
export const pageRows = 100;
/** How often the list asks whether anything has changed: an import, another person. */
const watchMs = 5_000;

/** Newest first where the order is one in time. */
const descends: ReadonlySet<Sort> = new Set(['changed', 'visit']);

function fetchPage(query: Query, page: number, signal?: AbortSignal): Promise<PatientPage> {
  const { urgency, ...rest } = query;
  const body = {
    ...rest,
    ...(urgency !== '' && { urgency }),
    descending: descends.has(query.sort),
    offset: page * pageRows,
    limit: pageRows,
  };
  return call('patients.search', { body }, { signal });
}

/** The head of the list, kept as new as the store, and the rows of the pages that are in sight. */
export function usePatients(query: Query, pages: readonly number[]) {
  const client = useQueryClient();
  const key = (page: number) => ['patients', 'list', query, page];
  const head = useQuery({
    queryKey: key(0),
    queryFn: ({ signal }) => fetchPage(query, 0, signal),
    placeholderData: keepPreviousData,
    refetchInterval: watchMs,
  });
  const others = useQueries({
    queries: pages
      .filter((page) => page > 0)
      .map((page) => ({
        queryKey: key(page),
        queryFn: ({ signal }: { signal: AbortSignal }) => fetchPage(query, page, signal),
      })),
  });
  const sequence = head.data?.sequence;
  useEffect(() => {
    if (sequence === undefined) return;
    // What was read from an earlier state of the store is read again; the head itself is of this one.
    const isBehind = (data: unknown) => (data as PatientPage | undefined)?.sequence !== sequence;
    void client.invalidateQueries({
      predicate: ({ queryKey, state }) =>
        queryKey[0] === 'patients' && queryKey[1] === 'list' && queryKey[3] !== 0 && isBehind(state.data),
    });
  }, [client, sequence]);
  const rows = new Map<number, PatientRow>();
  const take = (page: number, data: PatientPage | undefined) => {
    data?.rows.forEach((row, index) => {
      rows.set(page * pageRows + index, row);
    });
  };
  take(0, head.data);
  pages
    .filter((page) => page > 0)
    .forEach((page, index) => {
      take(page, others[index]?.data);
    });
  return { head, rows };
}

/** Patients whom some text finds, for the choice of another one. */
export function useFound(text: string, enabled: boolean) {
  return useQuery({
    queryKey: ['patients', 'found', text],
    queryFn: ({ signal }) => call('patients.search', { body: { text, limit: 8, sort: 'label' } }, { signal }),
    enabled,
    placeholderData: keepPreviousData,
  });
}

export function useIdentities(subject: string | undefined) {
  return useQuery({
    queryKey: ['patients', 'identities', subject],
    queryFn: ({ signal }) => call('patients.identities', { params: { subject: subject! } }, { signal }),
    enabled: subject !== undefined,
    staleTime: 0,
  });
}

/** After a merge, split or undo nothing that was read of a patient holds. */
export function useForget(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: ({ queryKey }) => /^patients?$/.test(String(queryKey[0])) });
}
