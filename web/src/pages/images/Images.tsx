import '../../viewer/viewer.css';
import { Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearch } from 'wouter';
import { navigate } from 'wouter/use-browser-location';
import type { ImageView, RegionView } from '../../../../src/server/api/images.ts';
import { call } from '../../api/client.ts';
import { useMay, useSession } from '../../app/session.tsx';
import { useSubject } from '../../app/subject.ts';
import { Empty, Loading, Trouble } from '../../parts/states.tsx';
import { CurvePart } from '../../viewer/CurvePart.tsx';
import { useViewer, type Viewer, ViewerProvider } from '../../viewer/context.ts';
import { DrawPart } from '../../viewer/DrawPart.tsx';
import { createDrawing } from '../../viewer/drawing.ts';
import type { Visit } from '../../viewer/ImageSelect.tsx';
import { KeyImageDialog } from '../../viewer/KeyImageDialog.tsx';
import { LayersPart } from '../../viewer/LayersPart.tsx';
import { imagesHref, placeOf } from '../../viewer/link.ts';
import { forgetVolumesOf } from '../../viewer/loadVolume.ts';
import { kindOf, measuredValue } from '../../viewer/measuring.ts';
import { Panel } from '../../viewer/Panel.tsx';
import { type Readings, ReadingsPart } from '../../viewer/ReadingsPart.tsx';
import { RegionsPart } from '../../viewer/RegionsPart.tsx';
import { Shortcuts } from '../../viewer/Shortcuts.tsx';
import { createViewer, drawTools, setPanel } from '../../viewer/state.ts';
import { useStore } from '../../viewer/store.ts';
import { Toolbar } from '../../viewer/Toolbar.tsx';
import { useKeptDrawing } from '../../viewer/useKeptDrawing.ts';
import { imageToShow, useArrival } from './arrival.ts';
import { toggleFull } from './full.ts';
import { ImageNotes } from './ImageNotes.tsx';

const noReadings: Readings = { annotations: [], measurements: [], keyImages: [], agreement: [], notCompared: 0 };

/** The images of a patient. */
export default function Images() {
  const subject = useSubject();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['patient', subject, 'images'],
    queryFn: ({ signal }) => call('images.list', { params: { subject } }, { signal }),
  });
  const { t } = useTranslation();
  if (isPending) return <Loading />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  if (data.images.length === 0)
    return (
      <Empty title={t('images.none')}>
        <Text size="sm">{t('images.noneHint')}</Text>
      </Empty>
    );
  return <Workbench key={subject} subject={subject} {...data} />;
}

interface Given {
  subject: string;
  images: readonly ImageView[];
  regions: readonly RegionView[];
  visits: readonly Visit[];
}

function Workbench({ subject, images, regions, visits }: Given) {
  const { account } = useSession();
  useState(() => forgetVolumesOf(account.id));
  const mayAnnotate = useMay('annotations:write');
  const client = useQueryClient();
  const [store] = useState(createViewer);
  const [drawing] = useState(createDrawing);
  const [chosen, setChosen] = useState<string>();
  const [label, setLabel] = useState('');
  const [trouble, setTrouble] = useState<unknown>();
  const openDrawing = useRef<(panel: 'a' | 'b') => boolean>(() => false);
  const { data: readings = noReadings } = useQuery({
    queryKey: ['patient', subject, 'annotations'],
    queryFn: ({ signal }) => call('annotations.list', { params: { subject } }, { signal }),
  });
  const changed = useCallback(
    () => void client.invalidateQueries({ queryKey: ['patient', subject, 'annotations'] }),
    [client, subject],
  );

  const labelNow = useRef(label);
  labelNow.current = label;
  const viewer = useMemo(
    (): Viewer => ({
      subject,
      store,
      drawing,
      mayAnnotate,
      measurements: readings.measurements,
      chosen,
      drawOn: (panel) => openDrawing.current(panel),
      measured(panel, tool, plane, points) {
        const { view, frame, straight } = store.get().panels[panel];
        if (view === undefined) return;
        const shown = measuredValue(tool, points)?.value;
        const name = labelNow.current.trim();
        setTrouble(undefined);
        call('annotations.measure', {
          params: { subject, record: view.id },
          body: {
            measure: kindOf(tool),
            points: points.map(([x, y, z]) => [x, y, z] as [number, number, number]),
            // Straight planes of an oblique scan are none of the image's own.
            plane: straight ? 'free' : plane,
            frame,
            ...(name !== '' && { label: name }),
            ...(shown !== undefined && { shown }),
          },
        })
          .then(({ entries }) => {
            setChosen(entries[0]);
            changed();
          })
          .catch(setTrouble);
      },
    }),
    [subject, store, drawing, mayAnnotate, readings.measurements, chosen, changed],
  );
  useShownReaders(viewer, readings);
  return (
    <ViewerProvider value={viewer}>
      <Bench
        {...{ subject, images, regions, visits, readings, label, setLabel, setChosen, changed, trouble }}
        onDrawing={(open) => {
          openDrawing.current = open;
        }}
      />
    </ViewerProvider>
  );
}

/** Readers that turn up are shown until somebody hides them. */
function useShownReaders({ store }: Viewer, readings: Readings): void {
  const known = useRef(new Set<string>());
  useEffect(() => {
    const fresh = [...readings.measurements, ...readings.annotations]
      .map(({ reader }) => reader)
      .filter((reader) => !known.current.has(reader));
    if (fresh.length === 0) return;
    for (const reader of fresh) known.current.add(reader);
    const { shown } = store.get();
    store.set({ shown: { ...shown, readers: [...new Set([...shown.readers, ...fresh])] } });
  }, [store, readings]);
}

function Bench({
  subject,
  images,
  regions,
  visits,
  readings,
  label,
  setLabel,
  setChosen,
  changed,
  trouble,
  onDrawing,
}: Given & {
  readings: Readings;
  label: string;
  setLabel(label: string): void;
  setChosen(entry: string | undefined): void;
  changed(): void;
  trouble: unknown;
  onDrawing(open: (panel: 'a' | 'b') => boolean): void;
}) {
  const { t } = useTranslation();
  const { store, mayAnnotate } = useViewer();
  const keeping = useKeptDrawing();
  onDrawing(keeping.open);
  const place = placeOf(useSearch());
  const active = useStore(store, (state) => state.active);
  const tool = useStore(store, (state) => state.tool);
  const [tab, setTab] = useState<string | null>('regions');
  const [help, setHelp] = useState(false);
  const [keyImage, setKeyImage] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const asked = regions.find(({ id }) => id === place.region);
  const drawn = readings.annotations.find(({ entry }) => entry === place.region);
  const first = imageToShow(place.image, asked?.images[0] ?? drawn?.image, images, visits);
  const second = images.some(({ id }) => id === place.second) ? place.second : undefined;
  const choose = (change: { image?: string | undefined; second?: string | undefined }) => {
    const next = { image: first, second, ...change };
    const search = new URLSearchParams();
    if (next.image) search.set('image', next.image);
    if (next.second) search.set('second', next.second);
    navigate(`${imagesHref(subject)}?${search}`, { replace: true });
  };
  useArrival(first, place, asked, drawn, images);
  const drawable = useStore(
    store,
    ({ panels, active }) => panels[active].volume !== undefined && panels[active].view?.id,
  );
  useEffect(() => {
    if (drawTools.includes(tool)) setTab('draw');
  }, [tool]);
  const opener = useRef(keeping.open);
  opener.current = keeping.open;
  useEffect(() => {
    // What was begun earlier is brought back before the first stroke.
    if (drawable && (tab === 'draw' || drawTools.includes(tool))) opener.current(active);
  }, [drawable, tab, tool, active]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (target.closest('input, textarea, select')) return;
      if (event.key === '?') setHelp(true);
      else if (event.key.toLowerCase() === 'f' && !event.ctrlKey && !event.metaKey) void toggleFull(whole.current);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const other =
    images.find(({ id, type }) => id !== first && type === 'image') ?? images.find(({ id }) => id !== first);
  return (
    <Stack gap="xs" ref={whole} className="viewer-page">
      <Title order={1} className="visually-hidden">
        {t('nav.images')}
      </Title>
      <Toolbar
        two={second !== undefined}
        onCompare={second === undefined && other ? () => choose({ second: other.id }) : undefined}
        onHelp={() => setHelp(true)}
        onFull={() => void toggleFull(whole.current)}
        onKeyImage={mayAnnotate ? () => setKeyImage(true) : undefined}
      />
      {trouble ? <Trouble error={trouble} /> : null}
      <div className="viewer">
        <div className="panels" data-count={second === undefined ? 1 : 2}>
          <Panel
            name="a"
            of={second === undefined ? 1 : 2}
            {...{ images, visits }}
            image={first}
            onChoose={(image) => choose({ image })}
          />
          {second === undefined ? null : (
            <Panel
              name="b"
              of={2}
              {...{ images, visits }}
              image={second}
              onChoose={(image) => choose({ second: image })}
              onClose={() => {
                setPanel(store, 'b', { volume: undefined, view: undefined });
                store.set({ active: 'a', offset: [0, 0, 0] });
                choose({ second: undefined });
              }}
            />
          )}
        </div>
        <aside className="side" aria-label={t('images.side')}>
          <CurvePart panel={active} />
          <ImageNotes panel={active} />
          <Tabs value={tab} onChange={setTab} keepMounted={false}>
            <Tabs.List>
              <Tabs.Tab value="regions">{t('images.regions')}</Tabs.Tab>
              <Tabs.Tab value="layers">{t('images.layers')}</Tabs.Tab>
              <Tabs.Tab value="readings">{t('images.readings')}</Tabs.Tab>
              {mayAnnotate ? <Tabs.Tab value="draw">{t('images.draw')}</Tabs.Tab> : null}
            </Tabs.List>
            <Tabs.Panel value="regions" pt="xs">
              <RegionsPart panel={active} images={images} regions={regions} />
            </Tabs.Panel>
            <Tabs.Panel value="layers" pt="xs">
              <LayersPart panel={active} images={images} />
            </Tabs.Panel>
            <Tabs.Panel value="readings" pt="xs">
              <ReadingsPart
                panel={active}
                readings={readings}
                label={label}
                onLabel={setLabel}
                onChosen={setChosen}
                onChanged={changed}
              />
            </Tabs.Panel>
            <Tabs.Panel value="draw" pt="xs">
              <DrawPart keeping={keeping} onSaved={changed} />
            </Tabs.Panel>
          </Tabs>
        </aside>
      </div>
      <Shortcuts opened={help} onClose={() => setHelp(false)} />
      <KeyImageDialog opened={keyImage} onClose={() => setKeyImage(false)} onSaved={changed} />
    </Stack>
  );
}
