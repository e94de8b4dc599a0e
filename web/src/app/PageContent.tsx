import { useEffect, useState } from 'react';
import { Loading } from '../parts/states.tsx';
import { type Page, pages } from './pages.ts';
import { may, useSession } from './session.tsx';

/**
 * The page whose script is at hand, else a sign of loading until it is. Not `lazy` with `Suspense`: React holds a shown
 * fallback back for 300 ms, also where the script came after ten.
 */
export function PageContent({ page }: { page: Page }) {
  const [state, setState] = useState<{ of: Page; error?: unknown }>();
  const Component = page.loaded();
  useEffect(() => {
    if (Component !== undefined) return;
    let here = true;
    page.load().then(
      () => here && setState({ of: page }),
      (error) => here && setState({ of: page, error }),
    );
    return () => {
      here = false;
    };
  }, [page, Component]);
  if (Component !== undefined) return <Component />;
  if (state?.of === page && state.error !== undefined) throw state.error;
  return <Loading />;
}

/** Fetches the scripts of the other pages, one after the other, when the browser has nothing else to do. */
export function useScriptsAhead(): void {
  const session = useSession();
  useEffect(() => {
    const wanted = pages.filter(({ permission }) => may(session, permission));
    let stopped = false;
    const next = () => {
      const page = wanted.shift();
      if (page === undefined || stopped) return;
      // A failure shows when the page is opened, with a way to try again.
      page.load().then(
        () => whenIdle(next),
        () => {},
      );
    };
    const timer = setTimeout(() => whenIdle(next), 1000);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [session]);
}

function whenIdle(run: () => void): void {
  // Safari has no requestIdleCallback.
  if ('requestIdleCallback' in window) window.requestIdleCallback(run);
  else setTimeout(run, 50);
}
