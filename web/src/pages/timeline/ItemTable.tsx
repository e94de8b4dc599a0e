import { Table } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lane, TimelineItem } from '../../../../src/report/timeline/model.ts';
import { WhyLink } from '../../patient/Why.tsx';

/** The same things as a table: for who reads rather than looks. */
export function ItemTable({ items, lanes }: { items: readonly TimelineItem[]; lanes: ReadonlyMap<string, Lane> }) {
  const { t } = useTranslation();
  const scroll = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 37,
    overscan: 15,
  });
  const rows = virtual.getVirtualItems();
  const after = virtual.getTotalSize() - (rows.at(-1)?.end ?? 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard
    <section ref={scroll} className="long-table" tabIndex={0} aria-label={t('timeline.title')}>
      <Table stickyHeader aria-rowcount={items.length + 1}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('timeline.date')}</Table.Th>
            <Table.Th>{t('timeline.lane')}</Table.Th>
            <Table.Th>{t('timeline.what')}</Table.Th>
            <Table.Th>{t('timeline.value')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows[0] && rows[0].start > 0 ? (
            <tr style={{ height: rows[0].start }}>
              <td />
            </tr>
          ) : null}
          {rows.map(({ index }) => {
            const item = items[index]!;
            return (
              <Table.Tr
                key={item.id + String(index)}
                ref={virtual.measureElement}
                data-index={index}
                aria-rowindex={index + 2}
              >
                <Table.Td>
                  {item.start.slice(0, 16).replace('T', ' ')}
                  {item.end ? ` – ${item.end.slice(0, 10)}` : ''}
                </Table.Td>
                <Table.Td>{lanes.get(item.lane)?.title}</Table.Td>
                <Table.Td>
                  <WhyLink record={item.why}>{item.label}</WhyLink>
                </Table.Td>
                <Table.Td>{item.value ?? item.status ?? ''}</Table.Td>
              </Table.Tr>
            );
          })}
          {after > 0 ? (
            <tr style={{ height: after }}>
              <td />
            </tr>
          ) : null}
        </Table.Tbody>
      </Table>
    </section>
  );
}
