import { Alert } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewer } from './context.ts';
import { openRender, type Render } from './render.ts';
import type { PanelName } from './state.ts';
import { useStore } from './store.ts';

/** The image in space: dragged to turn it, arrow keys do the same. */
export default function RenderPane({ panel }: { panel: PanelName }) {
  const { t } = useTranslation();
  const { store } = useViewer();
  const { volume, window, overlays, view, cursor } = useStore(store, ({ panels }) => panels[panel]);
  const canvas = useRef<HTMLCanvasElement>(null);
  const render = useRef<Promise<Render>>(undefined);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    const opened = openRender(canvas.current!);
    render.current = opened;
    opened.catch(() => setFailed(true));
    return () => {
      render.current = undefined;
      void opened.then((one) => one.close()).catch(() => undefined);
    };
  }, []);

  const labels = overlays.filter((one) => one.type === 'labels' && one.visible);
  const shown = labels.map(({ key, opacity }) => `${key} ${opacity}`).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shown` stands for the label maps
  useEffect(() => {
    if (volume === undefined || view === undefined) return;
    const timer = setTimeout(() => {
      const isLabels = view.type === 'labelmap';
      void render.current
        ?.then((one) => one.show({ volume, window: isLabels ? [0, 1] : window, overlays: labels }))
        .catch(() => setFailed(true));
    }, 150);
    return () => clearTimeout(timer);
  }, [volume, window, view, shown]);
  useEffect(() => {
    const timer = setTimeout(() => void render.current?.then((one) => one.point(cursor)).catch(() => undefined), 700);
    return () => clearTimeout(timer);
  }, [cursor]);

  return (
    <div className="pane render">
      {failed ? (
        <Alert color="yellow" m="xs" title={t('images.renderFailed')}>
          {t('images.noWebGlRemedy')}
        </Alert>
      ) : null}
      <canvas
        ref={canvas}
        role="img"
        aria-label={t('images.renderLabel')}
        onKeyDown={({ key, nativeEvent }) => {
          const turn = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, 10], ArrowDown: [0, -10] }[key];
          if (!turn) return;
          nativeEvent.preventDefault();
          void render.current?.then((one) => one.turn(turn[0]!, turn[1]!));
        }}
      />
    </div>
  );
}
