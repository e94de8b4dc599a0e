import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ColormapName, lutOf } from '../../../src/server/volumes/display/colormaps.ts';
import { valueAt } from '../../../src/server/volumes/display/drawPlane.ts';
import type { Window } from '../../../src/server/volumes/display/windows.ts';
import { WhyLink } from '../patient/Why.tsx';
import { useViewer } from './context.ts';
import { labelAt, type PanelName, type PanelState } from './state.ts';
import { useStore } from './store.ts';
import { pointWords, shortNumber, unitWords } from './words.ts';

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
    here === undefined ? t('images.outside') : own ? own.name : `${shortNumber(here.value * scale)} ${unit}`;
  const place = `${pointWords(cursor)} mm`;
  const voxel = here ? `i ${here.ijk[0]}  j ${here.ijk[1]}  k ${here.ijk[2]}` : '';
  const findings = findingsAt(state, label);
  return (
    <>
      <div className="readout" data-testid={`readout-${panel}`}>
        <span>{place}</span>
        <span>{voxel}</span>
        <strong>{value}</strong>
        {overlays
          .filter(({ type, visible }) => type === 'scalar' && visible)
          .map((one) => (
            <span key={one.key}>
              {one.title}: {shortNumber(valueAt(one.volume, cursor)?.value ?? Number.NaN)}
            </span>
          ))}
        {label ? <strong>{label.name}</strong> : null}
        {findings.slice(0, 4).map(({ finding, title, value: words }) => (
          <WhyLink key={finding} record={finding}>
            {title}: {words}
          </WhyLink>
        ))}
      </div>
      {view?.type === 'labelmap' ? null : (
        <ColorBar name={state.colormap} window={state.window} unit={unit} scale={scale} />
      )}
      {overlays
        .filter(({ type, visible }) => type === 'scalar' && visible)
        .map((one) => (
          <ColorBar key={one.key} name={one.colormap} window={one.window} unit={one.title} scale={1} />
        ))}
      <Spoken text={[place, voxel, value, label?.name].filter(Boolean).join(', ')} />
    </>
  );
}

function findingsAt({ view, overlays }: PanelState, label: ReturnType<typeof labelAt>) {
  if (label === undefined) return [];
  const overlay = overlays.find(({ key }) => key === label.overlay.key);
  return [...(view?.labels ?? []), ...(overlay?.labels ?? [])]
    .filter((one) => one.value === label.value && 'findings' in one)
    .flatMap((one) => (one as { findings: { finding: string; title: string; value: string }[] }).findings);
}

export function ColorBar({
  name,
  window,
  unit,
  scale,
}: {
  name: ColormapName;
  window: Window;
  unit: string;
  scale: number;
}) {
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
