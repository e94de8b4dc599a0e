import { Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ColormapName, lutOf } from '../../../src/display/colormaps.ts';
import { valueAt } from '../../../src/display/drawPlane.ts';
import type { Window } from '../../../src/display/windows.ts';
import type { LabelView } from '../../../src/server/api/images.ts';
import { WhyLink } from '../patient/Why.tsx';
import { useViewer } from './context.ts';
import { labelAt, type PanelName, type PanelState } from './state.ts';
import { useStore } from './store.ts';
import { pointWords, regionWords, shortNumber, unitWords } from './words.ts';

/** Where the cursor is and what is there; colours and what they stand for. */
export function Readout({ panel }: { panel: PanelName }) {
  const { t } = useTranslation();
  const { store } = useViewer();
  const state = useStore(store, ({ panels }) => panels[panel]);
  const { cursor, volume, view, overlays } = state;
  const here = volume && valueAt(volume, cursor);
  const label = labelAt(overlays, cursor);
  const scale = state.suv && view?.suvFactor ? view.suvFactor : 1;
  const unit = state.suv ? 'SUV' : unitWords(view?.unit ?? '1');
  const own = view?.type === 'labelmap' ? view.labels.find(({ value }) => value === here?.value) : undefined;
  const value =
    here === undefined
      ? t('images.outside')
      : own
        ? regionWords(own.name)
        : `${shortNumber(here.value * scale)} ${unit}`;
  const place = view?.placed === false ? '' : `${pointWords(cursor)} mm`;
  const voxel = here ? `i ${here.ijk[0]}  j ${here.ijk[1]}  k ${here.ijk[2]}` : '';
  const findings = findingsAt(state, label, own);
  return (
    <>
      <div className="readout" data-testid={`readout-${panel}`}>
        {place ? <span>{place}</span> : null}
        <span>{voxel}</span>
        <strong>{value}</strong>
        {overlays
          .filter(({ type, visible }) => type === 'scalar' && visible)
          .map((one) => (
            <span key={one.key}>
              {one.title}: {shortNumber((valueAt(one.volume, cursor)?.value ?? Number.NaN) * one.scale)} {one.unit}
            </span>
          ))}
        {label ? <strong>{label.name}</strong> : null}
        {findings.slice(0, 4).map(({ finding, title, value: words }) => (
          <WhyLink key={finding} record={finding}>
            {title}: {words}
          </WhyLink>
        ))}
      </div>
      {view?.lengths ? (
        <Text size="xs" c="var(--open)" data-testid={`lengths-${panel}`}>
          {view.lengths === 'pixels' ? '' : '* '}
          {t(`images.lengths.${view.lengths}`)}
        </Text>
      ) : null}
      {view?.type === 'labelmap' ? null : (
        <ColorBar name={state.colormap} window={state.window} unit={unit} scale={scale} />
      )}
      {overlays
        .filter(({ type, visible }) => type === 'scalar' && visible)
        .map((one) => (
          <ColorBar
            key={one.key}
            name={one.colormap}
            window={one.window}
            unit={[one.unit, one.title].filter(Boolean).join(' · ')}
            scale={one.scale}
          />
        ))}
      <Spoken text={[place, voxel, value, label?.name].filter(Boolean).join(', ')} />
    </>
  );
}

/** What was found about the region under the cursor, with the findings as they are now. */
function findingsAt({ view }: PanelState, label: ReturnType<typeof labelAt>, own: LabelView | undefined) {
  if (label) return label.overlay.labels.find(({ value }) => value === label.value)?.findings ?? [];
  return view?.type === 'labelmap' ? (own?.findings ?? []) : [];
}

function ColorBar({ name, window, unit, scale }: { name: ColormapName; window: Window; unit: string; scale: number }) {
  const lut = lutOf(name);
  const stops = Array.from({ length: 17 }, (_, at) => {
    const place = Math.min(255, at * 16) * 3;
    return `rgb(${lut[place]} ${lut[place + 1]} ${lut[place + 2]})`;
  });
  return (
    <div className="colorbar">
      <span>{shortNumber(window[0] * scale)}</span>
      <span className="ramp" style={{ background: `linear-gradient(to right, ${stops.join(', ')})` }} />
      <span>
        {shortNumber(window[1] * scale)} {unit}
      </span>
    </div>
  );
}

/** Told to a screen reader when the cursor has come to rest. */
function Spoken({ text }: { text: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), 700);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span className="visually-hidden" aria-live="polite">
      {said}
    </span>
  );
}
