import { useCallback, useEffect, useRef, useState } from 'react';
import type { DraftView } from '../../../../src/server/api/questionnaires.ts';
import { ApiError, call } from '../../api/client.ts';

export type Answers = DraftView['answers'];
export interface Filled {
  answers: Answers;
  filledBy: DraftView['filledBy'];
}
export type Saving = { state: 'none' | 'saving' | 'unsaved' } | { state: 'saved'; at: string };

const waitMs = 400;
const againMs = 3_000;

/**
 * Keeps a form on the server while it is filled in: one saving at a time, the newest answers win, what fails is tried
 * again. `conflict` is what another tab has saved (null: it is gone); nothing is overwritten until the person has chosen.
 */
export function useAutosave(params: { subject: string; instrument: string }, draft: DraftView | undefined) {
  const [filled, setFilled] = useState<Filled>({
    answers: draft?.answers ?? {},
    filledBy: draft?.filledBy ?? 'patient',
  });
  const [saving, setSaving] = useState<Saving>(draft ? { state: 'saved', at: draft.savedAt } : { state: 'none' });
  const [conflict, setConflict] = useState<DraftView | null>();
  const version = useRef(draft?.version ?? 0);
  const newest = useRef(filled);
  const dirty = useRef(false);
  const busy = useRef<Promise<void>>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stopped = useRef(false);
  const { subject, instrument } = params;

  const save = useCallback(async (): Promise<void> => {
    if (busy.current || !dirty.current || stopped.current) return busy.current;
    dirty.current = false;
    setSaving({ state: 'saving' });
    const turn = async () => {
      try {
        const saved = await call('questionnaires.save', {
          params: { subject, instrument },
          body: { ...newest.current, basedOn: version.current },
        });
        version.current = saved.version;
        setSaving({ state: 'saved', at: saved.savedAt });
      } catch (error) {
        dirty.current = true;
        if (error instanceof ApiError && error.status === 409) {
          stopped.current = true;
          setConflict((error.details as { draft?: DraftView | null } | undefined)?.draft ?? null);
          return;
        }
        setSaving({ state: 'unsaved' });
        timer.current = setTimeout(() => void save(), againMs);
        return;
      } finally {
        busy.current = undefined;
      }
      if (dirty.current) await save();
    };
    busy.current = turn();
    return busy.current;
  }, [subject, instrument]);

  const change = (next: Filled) => {
    newest.current = next;
    dirty.current = true;
    setFilled(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void save(), waitMs);
  };

  /** Waits until everything is on the server; false when that did not come about. */
  const flush = async (): Promise<boolean> => {
    clearTimeout(timer.current);
    await busy.current;
    await save();
    return !dirty.current;
  };

  /** The form is gone: nothing more is saved. */
  const stop = () => {
    clearTimeout(timer.current);
    stopped.current = true;
    dirty.current = false;
  };

  /** The person's choice after a conflict. */
  const settle = (choice: 'theirs' | 'mine') => {
    stopped.current = false;
    version.current = conflict?.version ?? 0;
    setConflict(undefined);
    if (choice === 'mine') return change(newest.current);
    const theirs = { answers: conflict?.answers ?? {}, filledBy: conflict?.filledBy ?? newest.current.filledBy };
    newest.current = theirs;
    dirty.current = false;
    setFilled(theirs);
    setSaving(conflict ? { state: 'saved', at: conflict.savedAt } : { state: 'none' });
  };

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (dirty.current) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => {
      removeEventListener('beforeunload', warn);
      clearTimeout(timer.current);
      void save();
    };
  }, [save]);

  return { ...filled, change, saving, conflict, settle, flush, stop, version };
}
