import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { call } from '../../api/client.ts';
import { sendState } from '../../parts/jobs/sending.ts';
import type { ChosenFile } from './chosen.ts';
import { forgetSending, resumeSending, sendFiles } from './sender.ts';

/** Sends files and has them imported; also the ways on from where that stopped. */
export function useImporting() {
  const client = useQueryClient();
  const [, go] = useLocation();
  const start = useMutation({
    mutationFn: (order: { upload: string; asOnePatient?: boolean; withoutPartial?: boolean }) => {
      const { upload, ...body } = order;
      return call('imports.start', { params: { upload }, body });
    },
    onSuccess: (job, { upload }) => {
      if (sendState().upload === upload) forgetSending();
      void client.invalidateQueries({ queryKey: ['uploads'] });
      void client.invalidateQueries({ queryKey: ['jobs'] });
      go(`/import?job=${job.id}`);
    },
  });
  const remove = useMutation({
    mutationFn: (upload: string) => call('imports.cancel', { params: { upload } }),
    onSettled: (_, __, upload) => {
      if (sendState().upload === upload) forgetSending();
      void client.invalidateQueries({ queryKey: ['uploads'] });
    },
  });
  /** Everything has arrived: the import begins by itself. With files that could not be sent somebody decides. */
  const whenSent = () => {
    const { status, upload, refused } = sendState();
    void client.invalidateQueries({ queryKey: ['uploads'] });
    if (status === 'sent' && upload !== undefined && refused.length === 0) start.mutate({ upload });
  };
  return {
    start,
    remove,
    begin: (files: readonly ChosenFile[], options: { asOnePatient: boolean; question?: string; upload?: string }) =>
      void sendFiles(files, options).then(whenSent),
    resume: () => void resumeSending().then(whenSent),
  };
}
