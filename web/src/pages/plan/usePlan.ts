import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { PlanView } from '../../../../src/server/api/review.ts';
import { ApiError, call } from '../../api/client.ts';

type Command = Parameters<typeof call<'plan.decide'>>[1]['body']['command'];
type Seen = NonNullable<PlanView['review']>['seen'];
type Items = Parameters<typeof call<'plan.release'>>[1]['body']['items'];

/** What a person can do about a plan; each returns the plan as it stands after it. */
export type Act =
  | { do: 'decide'; command: Command }
  | { do: 'sign'; statement?: string; amend?: { reason: string } }
  | { do: 'release'; items: Items };

/** What somebody else did in the meantime, when a deed was refused for it. */
export interface Conflict {
  message: string;
  changes: string[];
}

const planKey = (subject: string) => ['patient', subject, 'plan'] as const;

/** The plan of a subject and the deeds on it, each sent with what is on the screen. */
export function usePlan(subject: string) {
  const client = useQueryClient();
  const key = planKey(subject);
  const plan = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => call('plan.get', { params: { subject } }, { signal }),
  });
  const [conflict, setConflict] = useState<Conflict>();
  // What the person has had before their eyes. News that come by themselves do not count until they say so.
  const [seen, setSeen] = useState<Seen>();
  const current = plan.data?.review?.seen;
  useEffect(() => {
    if (seen === undefined && current !== undefined) setSeen(current);
  }, [seen, current]);
  const act = useMutation({
    mutationFn: (deed: Act) => send(subject, deed, seen),
    onSuccess: (view) => {
      setConflict(undefined);
      setSeen(view.review?.seen);
      client.setQueryData(key, view);
      void client.invalidateQueries({
        queryKey: ['patient', subject],
        predicate: ({ queryKey }) => queryKey[2] !== 'plan',
      });
    },
    onError: (error) => {
      const found = conflictOf(error);
      if (found === undefined) return;
      setConflict(found);
      void client.invalidateQueries({ queryKey: key }).then(() => {
        setSeen(client.getQueryData<PlanView>(key)?.review?.seen);
      });
    },
  });
  const error = act.error && conflictOf(act.error) === undefined ? act.error : undefined;
  return {
    plan,
    act,
    error,
    conflict,
    dismiss: () => setConflict(undefined),
    /** Something came in since the person looked last. */
    hasNews: seen !== undefined && current !== undefined && textOf(seen) !== textOf(current),
    look: () => setSeen(current),
  };
}

export type Deeds = ReturnType<typeof usePlan>['act'];

function textOf({ planRun, entries }: Seen): string {
  return [planRun, ...entries].join(' ');
}

async function send(subject: string, deed: Act, seen: Seen | undefined): Promise<PlanView> {
  if (seen === undefined) throw new Error('the plan is not shown yet');
  const params = { subject };
  if (deed.do === 'decide') return call('plan.decide', { params, body: { seen, command: deed.command } });
  if (deed.do === 'release') return call('plan.release', { params, body: { seen, items: deed.items } });
  const { do: _, ...rest } = deed;
  return call('plan.sign', { params, body: { seen, ...rest } });
}

function conflictOf(error: Error): Conflict | undefined {
  if (!(error instanceof ApiError) || error.status !== 409) return undefined;
  const details = error.details as { reason?: string; changes?: { says: string }[] } | undefined;
  if (details?.reason !== 'changed') return undefined;
  return { message: error.message, changes: (details.changes ?? []).map(({ says }) => says) };
}
