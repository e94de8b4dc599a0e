import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, call } from '../api/client.ts';
import { useViewer } from './context.ts';
import { beginDrawing, type DrawnLabel, isUnkept, packMap, unpackMap } from './drawing.ts';
import type { PanelName } from './state.ts';

export interface Keeping {
  state: 'none' | 'kept' | 'keeping' | 'unkept' | 'conflict';
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
  takeTheirs(): void;
  keepMine(): void;
  /** Opens the drawing of a panel's image with what is kept of it; false until that is there. */
  open(panel: PanelName): boolean;
}

/** A drawing rests for this long before it is sent. */
const restMs = 1200;

/** Keeps the unfinished drawing on the server while it grows, and brings it back. */
export function useKeptDrawing(): Keeping {
  const { drawing, store, subject } = useViewer();
  const [state, setState] = useState<Keeping['state']>('none');
  const sending = useRef<Promise<void>>(Promise.resolve());
  const restoring = useRef<string>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const send = useCallback(async () => {
    const { image, map, labels, tool, startedFrom, changes, keptVersion } = drawing.get();
    if (image === undefined || map === undefined || !isUnkept(drawing.get())) return;
    setState('keeping');
    try {
      const named = labels.map(({ value, region, supersedes }) => ({
        value,
        region: region.trim() || `#${value}`,
        ...(supersedes && { supersedes }),
      }));
      const body = { labels: named, tool: tool ?? 'brush', map: await packMap(map), basedOn: keptVersion };
      const { version } = await call('annotations.keepDrawing', {
        params: { subject, record: image },
        body: { ...body, ...(startedFrom && { startedFrom }) },
      });
      if (drawing.get().image === image) drawing.set({ keptChanges: changes, keptVersion: version });
      setState(isUnkept(drawing.get()) ? 'unkept' : 'kept');
    } catch (error) {
      setState(error instanceof ApiError && error.status === 409 ? 'conflict' : 'unkept');
    }
  }, [drawing, subject]);

  const flush = useCallback(() => {
    sending.current = sending.current.then(send);
    return sending.current;
  }, [send]);

  const restore = useCallback(
    async (image: string) => {
      const { drawing: kept } = await call('annotations.drawing', { params: { subject, record: image } });
      const now = drawing.get();
      if (kept === undefined || now.image !== image || now.map === undefined || now.changes > now.keptChanges) return;
      const map = await unpackMap(kept.map);
      if (map.length !== now.map.length) return;
      const labels: DrawnLabel[] = kept.labels.map(({ value, region, supersedes }) => ({
        value,
        region: region.startsWith('#') ? '' : region,
        ...(supersedes && { supersedes }),
      }));
      drawing.set({
        map,
        labels: labels.length > 0 ? labels : [{ value: 1, region: '' }],
        current: labels[0]?.value ?? 1,
        tool: kept.tool === 'brush' || kept.tool === 'contour' ? kept.tool : 'several',
        startedFrom: kept.startedFrom,
        undo: [],
        redo: [],
        changes: now.changes + 1,
        keptChanges: now.changes + 1,
        keptVersion: kept.version,
      });
      setState('kept');
    },
    [drawing, subject],
  );

  useEffect(() => {
    const leave = drawing.subscribe(() => {
      if (!isUnkept(drawing.get())) return;
      setState((now) => (now === 'conflict' || now === 'keeping' ? now : 'unkept'));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), restMs);
    });
    const warn = (event: BeforeUnloadEvent) => {
      if (!isUnkept(drawing.get())) return;
      void flush();
      event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      leave();
      window.removeEventListener('beforeunload', warn);
      clearTimeout(timer.current);
      void flush();
    };
  }, [drawing, flush]);

  return {
    state,
    settled: async () => {
      clearTimeout(timer.current);
      await sending.current;
    },
    takeTheirs() {
      const { image, volume } = drawing.get();
      if (image === undefined || volume === undefined) return;
      beginDrawing(drawing, image, volume);
      void restore(image);
    },
    async keepMine() {
      const { image } = drawing.get();
      if (image === undefined) return;
      const { drawing: kept } = await call('annotations.drawing', { params: { subject, record: image } });
      drawing.set({ keptVersion: kept?.version ?? 0 });
      setState('unkept');
      void flush();
    },
    open(panel) {
      const { view, volume } = store.get().panels[panel];
      if (view === undefined || volume === undefined) return false;
      if (drawing.get().image === view.id) return restoring.current !== view.id;
      // What was drawn on another image is kept first.
      void flush();
      beginDrawing(drawing, view.id, volume);
      restoring.current = view.id;
      restore(view.id)
        .catch(() => undefined)
        .finally(() => {
          restoring.current = undefined;
        });
      return false;
    },
  };
}
