import { useCallback, useEffect, useRef, useState } from 'react';
import { robustWindow } from '../../../src/display/windows.ts';
import type { ImageView } from '../../../src/server/api/images.ts';
import { useViewer } from './context.ts';
import { type Loading, largestBytes, loadVolume } from './loadVolume.ts';
import { middleOf, type PanelName, setPanel, within } from './state.ts';

/** Loads the image of a panel, and each of its time points when it is their turn. */
export function useVolume(name: PanelName, view: ImageView | undefined) {
  const { store, subject } = useViewer();
  const [loading, setLoading] = useState<Loading>();
  const [error, setError] = useState<unknown>();
  const [tries, setTries] = useState(0);
  const shown = useRef<string>(undefined);
  const frames = view?.shape[3] ?? 1;
  const tooLarge = view !== undefined && view.shape[0] * view.shape[1] * view.shape[2] * 4 > largestBytes;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` asks again
  useEffect(() => {
    if (view === undefined) return;
    const over = new AbortController();
    shown.current = undefined;
    setError(undefined);
    const start = {
      view,
      volume: undefined,
      frame: 0,
      playing: false,
      overlays: [],
      highlighted: undefined,
      suv: false,
    };
    setPanel(store, name, { ...start, colormap: view.colormap });
    if (tooLarge) return;
    loadVolume(subject, view.id, frames > 1 ? 0 : undefined, { signal: over.signal, progress: setLoading })
      .then((volume) => {
        if (over.signal.aborted) return;
        const window = view.window ?? robustWindow(volume.values, volume.slope, volume.intercept);
        const { panels, linked, active } = store.get();
        const before = panels[name];
        const other = panels[name === 'a' ? 'b' : 'a'];
        // Another image of the same space keeps the place; the first one begins in its middle.
        const follows = linked && other.view?.space === view.space && other.volume !== undefined && active !== name;
        const cursor = follows
          ? other.cursor
          : before.volume || shown.current
            ? before.cursor
            : within(volume, middleOf(volume));
        shown.current = view.id;
        setPanel(store, name, { volume, window, cursor });
      })
      .catch((cause: unknown) => {
        if (!over.signal.aborted) setError(cause);
      })
      .finally(() => setLoading(undefined));
    return () => over.abort();
  }, [view?.id, subject, name, store, tries]);

  useEffect(() => {
    // What is known of an image grows while it is shown: findings, presets.
    if (view !== undefined && store.get().panels[name].view?.id === view.id) setPanel(store, name, { view });
  }, [view, name, store]);

  useEffect(() => {
    if (view === undefined || frames < 2) return;
    let over = new AbortController();
    let wanted = -1;
    const ask = () => {
      const { frame, volume } = store.get().panels[name];
      if (frame === wanted || volume === undefined) return;
      wanted = frame;
      over.abort();
      over = new AbortController();
      const { signal } = over;
      loadVolume(subject, view.id, frame, { signal, progress: () => {} })
        .then((next) => {
          if (!signal.aborted) setPanel(store, name, { volume: next });
        })
        .catch(() => undefined);
    };
    const leave = store.subscribe(ask);
    return () => {
      leave();
      over.abort();
    };
  }, [view, frames, subject, name, store]);

  const retry = useCallback(() => setTries((count) => count + 1), []);
  return { loading, error, tooLarge, retry };
}
