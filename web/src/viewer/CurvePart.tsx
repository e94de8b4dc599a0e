import { Button, Group, Slider, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';
import { useViewer } from './context.ts';
import { loadVolume } from './loadVolume.ts';
import { type PanelName, setPanel } from './state.ts';
import { useStore } from './store.ts';
import { shortNumber, unitWords } from './words.ts';

const framesPerSecond = 8;

/** Playback of an image with several time points, and the values at the cursor over time. */
export function CurvePart({ panel }: { panel: PanelName }) {
  const { t } = useTranslation();
  const { store, subject } = useViewer();
  const { view, frame, playing, cursor, volume } = useStore(store, ({ panels }) => panels[panel]);
  const frames = view?.shape[3] ?? 1;
  const [at, setAt] = useState(cursor);
  useEffect(() => {
    const timer = setTimeout(() => setAt(cursor), 250);
    return () => clearTimeout(timer);
  }, [cursor]);
  const { data } = useQuery({
    queryKey: ['patient', subject, 'curve', view?.id, at.map((one) => one.toFixed(2)).join(',')],
    queryFn: ({ signal }) =>
      call(
        'images.curve',
        { params: { subject, record: view!.id }, query: { at: at.map((one) => one.toFixed(4)).join(',') } },
        { signal },
      ),
    enabled: frames > 1 && volume !== undefined,
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    if (!playing || frames < 2 || view === undefined) return;
    let over = false;
    let timer: ReturnType<typeof setTimeout>;
    const signal = new AbortController().signal;
    // The next time point is there before its turn: a slow one makes the playback slow, not jumpy.
    const step = async () => {
      const next = (store.get().panels[panel].frame + 1) % frames;
      await loadVolume(subject, view.id, next, { signal, progress: () => {} }).catch(() => undefined);
      if (over) return;
      setPanel(store, panel, { frame: next });
      timer = setTimeout(() => void step(), 1000 / framesPerSecond);
    };
    timer = setTimeout(() => void step(), 0);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [playing, frames, view, panel, store, subject]);
  if (frames < 2 || view === undefined) return null;
  return (
    <div className="curve">
      <Group gap="xs" wrap="nowrap">
        <Button size="compact-sm" variant="default" onClick={() => setPanel(store, panel, { playing: !playing })}>
          {t(playing ? 'images.pause' : 'images.play')}
        </Button>
        <Slider
          style={{ flex: 1 }}
          size="sm"
          min={0}
          max={frames - 1}
          value={frame}
          onChange={(next) => setPanel(store, panel, { frame: next, playing: false })}
          label={(one) => one + 1}
          thumbLabel={t('images.frame')}
        />
        <Text size="xs">
          {frame + 1}/{frames}
        </Text>
      </Group>
      {data ? (
        <Curve values={data.values} unit={unitWords(data.unit)} stepS={data.repetitionTimeS} frame={frame} />
      ) : null}
    </div>
  );
}

function Curve({
  values,
  unit,
  stepS,
  frame,
}: {
  values: (number | null)[];
  unit: string;
  stepS: number | undefined;
  frame: number;
}) {
  const { t } = useTranslation();
  const known = values.filter((one): one is number => one !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const [width, height, left, bottom] = [320, 120, 46, 18];
  const x = (at: number) => left + ((width - left - 6) * at) / Math.max(1, values.length - 1);
  const y = (value: number) => 8 + (height - bottom - 8) * (1 - (value - low) / (high - low || 1));
  const path = values
    .map((value, at) =>
      value === null
        ? ''
        : `${at === 0 || values[at - 1] === null ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`,
    )
    .join('');
  const now = values[frame];
  const time = (at: number) => (stepS === undefined ? String(at + 1) : `${shortNumber(at * stepS)} s`);
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      width="100%"
      role="img"
      aria-label={t('images.curveLabel', {
        low: shortNumber(low),
        high: shortNumber(high),
        unit,
        count: values.length,
      })}
    >
      <path d={`M${left} 8V${height - bottom}H${width - 6}`} fill="none" stroke="currentColor" opacity={0.4} />
      <path d={path} fill="none" stroke="var(--calm)" strokeWidth={1.6} />
      <path d={`M${x(frame)} 8V${height - bottom}`} stroke="var(--open)" strokeDasharray="3 3" />
      {now === null || now === undefined ? null : <circle cx={x(frame)} cy={y(now)} r={3.5} fill="var(--open)" />}
      <text x={left - 4} y={14} textAnchor="end">
        {shortNumber(high)}
      </text>
      <text x={left - 4} y={height - bottom} textAnchor="end">
        {shortNumber(low)}
      </text>
      <text x={left} y={height - 4}>
        {time(0)}
      </text>
      <text x={width - 6} y={height - 4} textAnchor="end">
        {time(values.length - 1)} {unit ? `· ${unit}` : ''}
      </text>
    </svg>
  );
}
