import { Button, Chip, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import i18next from 'i18next';
import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { LaneGroup, TimelineItem, Timeline as TimelineModel } from '../../../../src/report/timeline/model.ts';
import { call } from '../../api/client.ts';
import { useSubject } from '../../app/subject.ts';
import { Empty, Loading, Trouble } from '../../parts/states.tsx';
import { WhyLink } from '../../patient/Why.tsx';
import { Axis } from './Axis.tsx';
import { Breaks } from './Breaks.tsx';
import { Details } from './Details.tsx';
import { ItemTable } from './ItemTable.tsx';
import { Lane } from './Lane.tsx';
import './timeline.css';
import { emptyStretches, timeScale } from './timeScale.ts';
import { useWindow } from './useWindow.ts';

/** A break is wide enough for its words, where there is room for them. */
const breakPx = 40;

/** All modalities of one patient on one axis. */
export default function Timeline() {
  const subject = useSubject();
  const { t } = useTranslation();
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['patient', subject, 'timeline'],
    queryFn: ({ signal }) => call('patient.timeline', { params: { subject } }, { signal }),
  });
  if (isPending) return <Loading />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  return (
    <Stack gap="sm">
      <Title order={2}>{t('timeline.title')}</Title>
      {data.span ? <Picture model={data} span={data.span} subject={subject} /> : <Empty title={t('timeline.empty')} />}
      <Undated model={data} />
    </Stack>
  );
}

function Picture({
  model,
  span: all,
  subject,
}: {
  model: TimelineModel;
  span: { fromMs: number; toMs: number };
  subject: string;
}) {
  const { t } = useTranslation();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [isTrue, setTrue] = useState(false);
  const asOfMs = Date.parse(`${model.asOf}T12:00:00Z`);
  const pauses = useMemo(() => {
    const moments = model.items.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
    return emptyStretches(asOfMs > all.fromMs && asOfMs < all.toMs ? [...moments, asOfMs] : moments);
  }, [model, all, asOfMs]);
  const scale = useMemo(() => {
    const breaks = isTrue ? [] : pauses;
    const length = all.toMs - all.fromMs - breaks.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    return timeScale(breaks, length, Math.min(0.12, Math.max(0.04, breakPx / Math.max(1, width))));
  }, [all, pauses, isTrue, width]);
  const { span, zoom, move, fit: showAll } = useWindow({ fromMs: scale.at(all.fromMs), toMs: scale.at(all.toMs) });
  const present = useMemo(() => [...new Set(model.lanes.map(({ group }) => group))], [model]);
  const [groups, setGroups] = useState<string[]>(present);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<TimelineItem[]>([]);
  const [asTable, setAsTable] = useState(false);
  const needle = useDeferredValue(text.trim().toLowerCase());
  const lanes = useMemo(() => new Map(model.lanes.map((lane) => [lane.id, lane])), [model]);
  const items = useMemo(() => {
    const wanted = new Set(groups);
    const shown = model.items.filter(({ lane, label, value, detail }) => {
      const found = lanes.get(lane);
      if (found === undefined || !wanted.has(found.group)) return false;
      return needle === '' || `${label} ${value ?? ''} ${detail ?? ''} ${found.title}`.toLowerCase().includes(needle);
    });
    const byLane = new Map<string, TimelineItem[]>();
    for (const item of shown) {
      const list = byLane.get(item.lane);
      if (list) list.push(item);
      else byLane.set(item.lane, [item]);
    }
    return { shown, byLane };
  }, [model, lanes, groups, needle]);
  const x = useCallback(
    (ms: number) => ((scale.at(ms) - span.fromMs) / (span.toMs - span.fromMs)) * width,
    [scale, span, width],
  );
  const seen = { fromMs: scale.msOf(span.fromMs), toMs: scale.msOf(span.toMs) };
  const inSight = items.shown.filter(({ fromMs, toMs }) => toMs >= seen.fromMs && fromMs <= seen.toMs).length;
  const keys = (event: KeyboardEvent) => {
    const act = {
      '+': () => zoom(0.6),
      '=': () => zoom(0.6),
      '-': () => zoom(1 / 0.6),
      '0': showAll,
      PageDown: () => move(0.8),
      PageUp: () => move(-0.8),
    }[event.key];
    if (act === undefined || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    act();
  };
  const today = x(asOfMs);
  const ruler = chosen[0] ? x(chosen[0].fromMs) : -1;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the controls inside bubble up to here
    <div onKeyDown={keys}>
      <Group gap="xs" mb="xs" className="no-print" align="end">
        <TextInput
          label={t('timeline.filter')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          size="xs"
          type="search"
        />
        <Button.Group maw="100%" style={{ flexWrap: 'wrap' }}>
          <Button size="xs" variant="default" onClick={() => move(-0.5)}>
            {t('timeline.earlier')}
          </Button>
          <Button size="xs" variant="default" onClick={() => zoom(0.6)} aria-keyshortcuts="+">
            {t('timeline.zoomIn')}
          </Button>
          <Button size="xs" variant="default" onClick={() => zoom(1 / 0.6)} aria-keyshortcuts="-">
            {t('timeline.zoomOut')}
          </Button>
          <Button size="xs" variant="default" onClick={showAll} aria-keyshortcuts="0">
            {t('timeline.fit')}
          </Button>
          <Button size="xs" variant="default" onClick={() => move(0.5)}>
            {t('timeline.later')}
          </Button>
        </Button.Group>
        {pauses.length > 0 && !asTable ? (
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              setTrue(!isTrue);
              showAll();
            }}
          >
            {t(isTrue ? 'timeline.shorten' : 'timeline.trueScale')}
          </Button>
        ) : null}
        <Button size="xs" variant="default" onClick={() => setAsTable(!asTable)}>
          {t(asTable ? 'timeline.asPicture' : 'timeline.asTable')}
        </Button>
        <Text size="xs" c="var(--quiet)" role="status">
          {t('timeline.visible', { shown: inSight, count: model.items.length })}
        </Text>
      </Group>
      <fieldset className="timeline-groups no-print">
        <legend className="visually-hidden">{t('timeline.groups')}</legend>
        <Chip.Group multiple value={groups} onChange={setGroups}>
          <Group gap={6}>
            {present.map((group) => (
              <Chip key={group} value={group} size="xs" variant="outline">
                {t(`timeline.group.${group}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </fieldset>
      {items.shown.length === 0 ? (
        <Empty title={t('timeline.noMatch')} />
      ) : asTable ? (
        <ItemTable items={items.shown} lanes={lanes} />
      ) : (
        <Stage zoom={zoom} move={move} width={width}>
          <div className="timeline-head" />
          <div ref={ref} className="timeline-axis-cell">
            <Axis {...seen} breaks={scale.breaks} x={x} width={width} language={i18next.language} />
          </div>
          {model.lanes
            .filter(({ id }) => items.byLane.has(id))
            .map((lane, i, shown) => (
              <LaneRow
                key={lane.id}
                title={lane.title}
                {...(shown[i - 1]?.group === lane.group ? {} : { group: lane.group })}
                unit={lane.series[0]?.unit}
              >
                {width > 0 ? (
                  <Lane
                    lane={lane}
                    items={items.byLane.get(lane.id) ?? []}
                    breaks={scale.breaks}
                    x={x}
                    width={width}
                    chosen={chosen[0]?.id}
                    choose={setChosen}
                  />
                ) : null}
              </LaneRow>
            ))}
          {chosen[0] && ruler >= 0 && ruler <= width ? (
            <div className="timeline-over timeline-ruler" style={{ '--ruler': `${ruler}px` } as never} />
          ) : null}
          <Breaks breaks={scale.breaks} x={x} width={width} />
          {today >= 0 && today <= width ? (
            <div className="timeline-over timeline-today" style={{ '--today': `${today}px` } as never}>
              <span>{t('timeline.today')}</span>
            </div>
          ) : null}
        </Stage>
      )}
      {asTable ? null : <Details items={chosen} model={model} lanes={lanes} subject={subject} />}
    </div>
  );
}

function LaneRow({
  title,
  group,
  unit,
  children,
}: {
  title: string;
  group?: LaneGroup;
  unit: string | undefined;
  children: React.ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <>
      {group ? <div className="timeline-group">{t(`timeline.group.${group}`)}</div> : null}
      <div className="timeline-title" title={title}>
        {title}
        {unit ? <span className="timeline-unit"> {unit}</span> : null}
      </div>
      <div className="timeline-cell">{children}</div>
    </>
  );
}

/** Drag moves, wheel with Ctrl (or a pinch) zooms where the pointer is; a plain wheel scrolls the page. */
function Stage({
  zoom,
  move,
  width,
  children,
}: {
  zoom(factor: number, at?: number): void;
  move(share: number): void;
  width: number;
  children: React.ReactNode;
}) {
  const stage = useRef<HTMLDivElement>(null);
  const dragged = useRef<number>(undefined);
  useEffect(() => {
    const element = stage.current;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey || width === 0) return;
      event.preventDefault();
      const left = element!.getBoundingClientRect().right - width;
      zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, Math.min(1, Math.max(0, (event.clientX - left) / width)));
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [zoom, width]);
  const down = (event: PointerEvent) => {
    if (event.button === 0 && event.pointerType === 'mouse') dragged.current = event.clientX;
  };
  const drag = (event: PointerEvent) => {
    if (dragged.current === undefined || width === 0 || Math.abs(event.clientX - dragged.current) < 4) return;
    move((dragged.current - event.clientX) / width);
    dragged.current = event.clientX;
  };
  const up = () => {
    dragged.current = undefined;
  };
  return (
    <div
      ref={stage}
      className="timeline"
      onPointerDown={down}
      onPointerMove={drag}
      onPointerUp={up}
      onPointerLeave={up}
    >
      {children}
    </div>
  );
}

function Undated({ model }: { model: TimelineModel }) {
  const { t } = useTranslation();
  if (model.undated.length === 0) return null;
  return (
    <details>
      <summary>{t('timeline.undated', { count: model.undated.length })}</summary>
      <Text size="sm" c="var(--quiet)">
        {t('timeline.undatedWhy')}
      </Text>
      <ul className="plain-list">
        {model.undated.slice(0, 500).map((item) => (
          <li key={item.id}>
            <WhyLink record={item.why}>{item.label}</WhyLink>
            {item.value ? ` ${item.value}` : ''}
            {item.reason ? ` (${item.reason})` : ''}
          </li>
        ))}
      </ul>
    </details>
  );
}
