import { Badge, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AuditLineView } from '../../../../src/server/api/house.ts';
import { localeOf } from '../../parts/time.ts';
import { joined } from './joined.ts';

/** Times to the second: lines follow closely on each other. */
export function useMoment(): (at: string) => string {
  const { i18n } = useTranslation();
  const format = new Intl.DateTimeFormat(localeOf(i18n.language), { dateStyle: 'medium', timeStyle: 'medium' });
  return (at) => format.format(new Date(at));
}

/** Lines of the chain, newest first. */
export function AuditTable({
  lines,
  onSubject,
}: {
  lines: readonly AuditLineView[];
  onSubject(subject: string): void;
}) {
  const { t } = useTranslation();
  const moment = useMoment();
  return (
    <Table striped verticalSpacing={4} horizontalSpacing={6}>
      <caption>{t('audit.lines')}</caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t('audit.who')}</Table.Th>
          <Table.Th scope="col">{t('audit.what')}</Table.Th>
          <Table.Th scope="col">{t('audit.outcome')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {joined(lines).map(({ line, times, first }) => (
          <Table.Tr key={line.seq}>
            <Table.Td>
              <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                {line.name ?? line.actor}
              </Text>
              <Text size="xs" c="var(--quiet)">
                {moment(line.at)}
                {line.remote ? ` · ${line.remote}` : ''}
                {line.clockBack ? ` · ${t('audit.clockBack')}` : ''}
              </Text>
            </Table.Td>
            <Table.Td>
              <RouteWords line={line} />
              {times > 1 ? (
                <Text size="xs" c="var(--quiet)">
                  {t('audit.times', { count: times, at: moment(first) })}
                </Text>
              ) : null}
              {line.subject ? (
                <Text size="xs">
                  {t('audit.patient')}{' '}
                  <button type="button" className="why-link" onClick={() => onSubject(line.subject!)}>
                    {line.subject}
                  </button>
                </Text>
              ) : null}
              {line.record || line.reason ? (
                <Text size="xs" c="var(--quiet)" style={{ overflowWrap: 'anywhere' }}>
                  {[line.record, line.reason].filter(Boolean).join(' · ')}
                </Text>
              ) : null}
            </Table.Td>
            <Table.Td>
              <Outcome line={line} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** What was done, in words; the name of the route stands in the exported file. */
export function RouteWords({ line: { action, route } }: { line: AuditLineView }) {
  const { t } = useTranslation();
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      {t(`audit.action.${action}`)}: {t(`audit.routes.${route}`, { defaultValue: route })}
    </Text>
  );
}

export function Outcome({ line: { outcome, status } }: { line: AuditLineView }) {
  const { t } = useTranslation();
  const words = `${t(`audit.outcomes.${outcome}`)}${outcome !== 'ok' && status ? ` ${status}` : ''}`;
  if (outcome === 'ok') return <Text size="sm">{words}</Text>;
  return (
    <Badge
      color={outcome === 'denied' ? 'red.9' : 'gray'}
      variant={outcome === 'denied' ? 'filled' : 'outline'}
      tt="none"
    >
      {words}
    </Badge>
  );
}
