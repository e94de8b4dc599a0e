import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import type { SessionView } from '../../../src/server/api/session.ts';
import type { Permission } from '../../../src/server/permissions.ts';
import { ApiError, call, rememberCsrfToken, whenSignedOut } from '../api/client.ts';
import { SignIn } from '../pages/signIn/SignIn.tsx';
import { Loading, Trouble } from '../parts/states.tsx';

const Session = createContext<SessionView | undefined>(undefined);

/** Who is signed in. Only inside `SessionGate`. */
export function useSession(): SessionView {
  const session = useContext(Session);
  if (session === undefined) throw new Error('useSession outside of SessionGate');
  return session;
}

/** Whether the page may offer something; the server decides again. */
export function may({ permissions }: SessionView, permission: Permission | 'session'): boolean {
  return permission === 'session' || permissions.includes(permission);
}

/** The same for the account that is signed in. */
export function useMay(permission: Permission | 'session'): boolean {
  return may(useSession(), permission);
}

/** The pages for whoever is signed in, the page to sign in for everybody else. */
export function SessionGate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['session'],
    queryFn: async () => {
      try {
        const session = await call('session.get', {});
        rememberCsrfToken(session.csrfToken);
        return session;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
  useEffect(() => {
    whenSignedOut(() => {
      // Whoever signs out by themselves has no session left by now.
      if (client.getQueryData(['session'])) setEnded(true);
      client.setQueryData(['session'], null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    });
  }, [client]);
  if (isPending) return <Loading />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  if (data === null || data === undefined || data.mustChangePassword) {
    return (
      <SignIn
        session={data ?? undefined}
        ended={ended}
        onDone={(session) => {
          setEnded(false);
          rememberCsrfToken(session.csrfToken);
          client.setQueryData(['session'], session);
        }}
      />
    );
  }
  return <Session.Provider value={data}>{children}</Session.Provider>;
}
