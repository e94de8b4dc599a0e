import { Alert, Box, Button, Table, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Fragment, memo, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell, TableModel } from '../../../../src/report/tables/table.ts';
import { WhyLink } from '../../patient/Why.tsx';
import { PlotView } from '../plots/PlotView.tsx';
import { TrendPlotView } from '../plots/TrendPlotView.tsx';
import { firstRows, sayOnce, untold } from './shorten.ts';

/** Longer tables are drawn only where they are looked at. */
const longTable = 120;

/** A table of a room, as the report prints it; every value opens its walk. */
export function TableView({ table: whole }: { table: TableModel }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const { table: said, once } = useMemo(() => sayOnce(whole), [whole]);
  const shown = useMemo(() => firstRows(said), [said]);
  const hidden = said.rows.length - shown;
  const table = useMemo(
    () => ({ ...said, rows: untold(all || hidden === 0 ? said.rows : said.rows.slice(0, shown)) }),
    [said, all, hidden, shown],
  );
  return (
    <Box lang="en">
      {table.doubt ? (
        <Alert color="yellow" variant="light" mb="xs">
          {table.doubt}
        </Alert>
      ) : null}
      {table.rows.length > longTable ? <LongTable table={table} /> : <ShortTable table={table} />}
      {hidden > 0 ? (
        <Button size="xs" variant="default" mt={4} aria-expanded={all} onClick={() => setAll(!all)}>
          {t(all ? 'room.fewerRows' : 'room.moreRows', { count: hidden })}
        </Button>
      ) : null}
      {once.length > 0 ? (
        <Text size="sm" c="var(--quiet)">
          {t('room.otherwise')} {once.map(({ text }) => sentence(text)).join(' ')}
        </Text>
      ) : null}
      {table.shared.map((note) => (
        <Text key={note.note} size="sm" c="var(--quiet)">
          {t('room.allRows')} {note.text}
        </Text>
      ))}
      {table.remarks.map((remark) => (
        <Text key={remark} size="sm" c="var(--quiet)">
          {remark}
        </Text>
      ))}
      {table.folds.map((fold) => (
        <details key={fold.text}>
          <summary>{fold.items.length > fewNames ? `${fold.text} (${fold.items.length})` : names(fold)}</summary>
          <p className="fold">
            {fold.items.map((item, i) => (
              <Fragment key={item.finding}>
                {i > 0 ? ', ' : ''}
                <WhyLink record={item.finding}>{item.text}</WhyLink>
              </Fragment>
            ))}
          </p>
        </details>
      ))}
    </Box>
  );
}

/** So many names stand in the line itself. */
const fewNames = 12;

function names({ text, items }: TableModel['folds'][number]): string {
  return `${text.replace(/\.$/, '')}: ${items.map((one) => one.text).join(', ')}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}

function Head({ table }: { table: TableModel }) {
  return (
    <Table.Thead>
      <Table.Tr>
        {table.columns.map((column, c) => (
          <Table.Th key={c} scope="col" ta={column.align === 'end' ? 'end' : 'start'}>
            {column.header}
            {column.unit ? <Text component="span" size="xs" c="var(--quiet)">{` ${column.unit}`}</Text> : null}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  );
}

function ShortTable({ table }: { table: TableModel }) {
  return (
    <Table.ScrollContainer
      minWidth={Math.min(900, 140 * table.columns.length)}
      type="native"
      // Where nothing in it takes the focus, the table itself must: otherwise the keyboard cannot scroll it.
      {...(opensNothing(table) ? { tabIndex: 0, role: 'region', 'aria-label': table.title } : {})}
    >
      <Table verticalSpacing={6} striped={table.rows.length > 8} highlightOnHover>
        <Caption table={table} />
        <Head table={table} />
        <Table.Tbody>
          {table.rows.map((_, i) => (
            <Row key={i} table={table} index={i} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function opensNothing({ rows }: TableModel): boolean {
  return !rows.some((row) =>
    row.cells.some(({ finding, text, change }) => (finding !== undefined && text !== '') || change !== undefined),
  );
}

function Caption({ table }: { table: TableModel }) {
  return (
    <Table.Caption>
      {table.title}
      {table.day ? ` · ${table.day}` : ''}
    </Table.Caption>
  );
}

function LongTable({ table }: { table: TableModel }) {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: table.rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 44,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <>
      <Text size="sm" c="var(--quiet)">
        {t('room.rows', { count: table.rows.length })}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard */}
      <section ref={scroll} className="long-table" tabIndex={0} aria-label={table.title}>
        <Table verticalSpacing={6} stickyHeader aria-rowcount={table.rows.length + 1}>
          <Caption table={table} />
          <Head table={table} />
          <Table.Tbody>
            {before > 0 ? <tr style={{ height: before }} /> : null}
            {items.map(({ index }) => (
              <Row key={index} table={table} index={index} measure={virtual.measureElement} />
            ))}
            {after > 0 ? <tr style={{ height: after }} /> : null}
          </Table.Tbody>
        </Table>
      </section>
    </>
  );
}

const Row = memo(function Row({
  table,
  index,
  measure,
}: {
  table: TableModel;
  index: number;
  measure?: (element: HTMLElement | null) => void;
}) {
  const row = table.rows[index]!;
  return (
    <Table.Tr
      ref={measure}
      data-index={index}
      aria-rowindex={measure ? index + 2 : undefined}
      className={row.doubtful ? 'doubtful' : row.heading ? 'heading-row' : undefined}
    >
      {row.cells.map((cell, c) => {
        const as = c === 0 && !row.heading ? { component: 'th' as const, scope: 'row' as const } : {};
        return (
          <Table.Td
            key={c}
            {...as}
            ta={table.columns[c]?.align === 'end' ? 'end' : 'start'}
            rowSpan={cell.rows}
            colSpan={cell.columns}
          >
            <CellView cell={cell} folded={table.columns[c]?.notes === true} />
          </Table.Td>
        );
      })}
    </Table.Tr>
  );
});

/** One value with everything that belongs to it. */
function CellView({ cell, folded }: { cell: Cell; folded: boolean }) {
  const { t } = useTranslation();
  // The reference below says it, with its picture.
  const isReference = cell.reference !== undefined && cell.finding === undefined;
  const text = isReference ? null : cell.quiet ? (
    <Text component="span" size="sm" c="var(--quiet)">
      {cell.text}
    </Text>
  ) : (
    cell.text
  );
  return (
    <>
      {cell.finding && cell.text !== '' ? (
        <WhyLink record={cell.finding} label={cell.label ? `${cell.label} ${cell.text}` : undefined}>
          {text}
        </WhyLink>
      ) : (
        text
      )}
      {(cell.aside ?? []).map((one, i) => (
        <Text key={i} component="span" size="xs" c="var(--quiet)">{` ${one}`}</Text>
      ))}
      {(cell.sub ?? []).map((one, i) => (
        <Text key={i} size="xs" c="var(--quiet)">
          {one}
        </Text>
      ))}
      {cell.plot ? <PlotView plot={cell.plot} /> : null}
      {cell.trend ? <TrendPlotView plot={cell.trend} /> : null}
      {cell.reference && cell.reference.text !== '' ? (
        <Text size="xs" c="var(--quiet)">
          {[cell.reference.band, cell.reference.centile, cell.reference.text].filter(Boolean).join(' · ')}
        </Text>
      ) : null}
      {cell.change ? (
        <div>
          <WhyLink record={cell.change.finding} label={cell.change.label}>
            {cell.change.text}
          </WhyLink>
          {cell.change.band ? (
            <Text size="xs" c="var(--quiet)">
              {cell.change.band}
            </Text>
          ) : null}
        </div>
      ) : null}
      <Notes issues={cell.issues ?? []} folded={folded} />
      {cell.more ? (
        <Text size="xs" c="var(--quiet)">
          {t('room.more', { count: cell.more })}
        </Text>
      ) : null}
      {cell.doubt ? (
        <Text size="xs" c="var(--open)">
          {cell.doubt}
        </Text>
      ) : null}
    </>
  );
}

/** Notes shown at once: what is wrong comes first, the rest opens. */
const shownNotes = 2;

/** `folded`: a column of notes alone is as narrow as its words allow; there errors are spelled out and the rest is counted. */
function Notes({ issues, folded }: { issues: NonNullable<Cell['issues']>; folded: boolean }) {
  const { t } = useTranslation();
  const one = (issue: (typeof issues)[number]) =>
    issue.text === '' ? (
      <Text key={issue.note} component="span" size="xs" className={`issue ${issue.severity}`}>
        <a href={`#note-${issue.note}`} className="note-number" aria-label={t('room.note', { note: issue.note })}>
          {issue.note}
        </a>
      </Text>
    ) : (
      <Text key={issue.note} size="xs" className={`issue ${issue.severity}`}>
        <span className="note-number">{issue.note}</span> {issue.text}
      </Text>
    );
  const grave = issues.filter(({ severity }) => severity === 'error');
  const rest = issues.filter(({ severity }) => severity !== 'error');
  if (folded && rest.some(({ text }) => text.length > shortNote)) {
    const counts = (['warning', 'info'] as const).flatMap((severity) => {
      const count = rest.filter((issue) => issue.severity === severity).length;
      return count === 0 ? [] : [t(`room.noteCount.${severity}`, { count })];
    });
    return (
      <>
        {grave.map(one)}
        <details className="more-notes">
          <summary>{counts.join(', ')}</summary>
          {rest.map(one)}
        </details>
      </>
    );
  }
  if (issues.length <= shownNotes + 1) return issues.map(one);
  return (
    <>
      {issues.slice(0, shownNotes).map(one)}
      <details className="more-notes">
        <summary>{t('app.andMore', { count: issues.length - shownNotes })}</summary>
        {issues.slice(shownNotes).map(one)}
      </details>
    </>
  );
}

/** A note of this many letters stands in a narrow column on three lines. */
const shortNote = 60;
