import { VisuallyHidden } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientRow } from '../../../../src/server/api/patients.ts';
import { PatientLine } from './PatientLine.tsx';
import { pageRows } from './usePatients.ts';

interface Props {
  total: number;
  rows: ReadonlyMap<number, PatientRow>;
  mayChange: boolean;
  /** Told when other pages come into sight. */
  onSight(pages: number[]): void;
  onMerge(row: PatientRow): void;
  onIdentities(row: PatientRow): void;
}

const lineHeight = 76;

/**
 * Only the lines in sight are on the page, however many there are. One of them is reached by Tab; arrows, Page Up and Down,
 * Home and End go from there.
 */
export function PatientList({ total, rows, mayChange, onSight, onMerge, onIdentities }: Props) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const links = useRef(new Map<number, HTMLAnchorElement>());
  const [active, setActive] = useState(0);
  const wanted = useRef<number>(undefined);
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const pages = [...new Set(items.map(({ index }) => Math.floor(index / pageRows)))].join(' ');
  useEffect(() => {
    onSight(pages === '' ? [] : pages.split(' ').map(Number));
  }, [pages, onSight]);
  // A line that was asked for by key is there only after the list has scrolled to it and it was fetched.
  useEffect(() => {
    if (wanted.current === undefined) return;
    const link = links.current.get(wanted.current);
    if (!link) return;
    link.focus({ preventScroll: true });
    wanted.current = undefined;
  });
  const current = Math.min(active, Math.max(0, total - 1));
  // With the active line out of sight, Tab would find none.
  const inSight = items.some(({ index }) => index === current) ? current : (items[0]?.index ?? 0);

  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(total - 1, index));
    wanted.current = next;
    setActive(next);
    virtual.scrollToIndex(next, { align: 'auto' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLAnchorElement) || event.altKey || event.ctrlKey || event.metaKey) return;
    const inView = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / lineHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + inView,
      PageUp: active - inView,
      Home: 0,
      End: total - 1,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    goTo(next);
  };
  return (
    <>
      <VisuallyHidden id="patient-keys">{t('patients.keys')}</VisuallyHidden>
      <div ref={scroller} className="patient-scroller">
        <ul
          aria-label={t('patients.list')}
          aria-describedby="patient-keys"
          className="patient-list"
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={onKeyDown}
        >
          {items.map(({ index, start, key }) => {
            const row = rows.get(index);
            return (
              <li
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                aria-setsize={total}
                aria-posinset={index + 1}
                style={{ transform: `translateY(${start}px)` }}
              >
                {row ? (
                  <PatientLine
                    row={row}
                    index={index}
                    active={index === inSight}
                    mayChange={mayChange}
                    links={links}
                    onFocus={setActive}
                    onMerge={onMerge}
                    onIdentities={onIdentities}
                  />
                ) : (
                  <div className="patient-line">
                    <span className="patient-about">{t('app.loading')} …</span>
                  </div>
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}
