import { Anchor, Card, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Lane, TimelineItem } from '../../../../src/report/timeline/model.ts';
import { WhyLink } from '../../patient/Why.tsx';

const most = 60;

/** What was chosen, in words, with its way to the bytes and to the image. */
export function Details({
  items,
  lanes,
  subject,
}: {
  items: readonly TimelineItem[];
  lanes: ReadonlyMap<string, Lane>;
  subject: string;
}) {
  const { t } = useTranslation();
  return (
    <Card withBorder padding="sm" aria-live="polite" component="section" aria-label={t('timeline.choose')}>
      {items.length === 0 ? (
        <Text size="sm" c="var(--quiet)">
          {t('timeline.choose')} <span className="timeline-keys">{t('timeline.keys')}</span>
        </Text>
      ) : (
        <Stack gap={6}>
          {items.slice(0, most).map((item) => (
            <div key={item.id}>
              <Group gap="xs" align="baseline">
                <Text size="sm" c="var(--quiet)">
                  {item.start.replace('T', ' ')}
                  {item.end ? ` – ${item.end.replace('T', ' ')}` : ''}
                </Text>
                <Text fw={600}>{item.label}</Text>
                {item.value ? <Text>{item.value}</Text> : null}
                <WhyLink record={item.why} label={item.label}>
                  <Text component="span" size="sm">
                    {t('timeline.why')}
                  </Text>
                </WhyLink>
                {lanes.get(item.lane)?.group === 'imaging' ? (
                  <Anchor component={Link} size="sm" href={`/patients/${subject}/images?image=${item.ids[0]}`}>
                    {t('timeline.openImage')}
                  </Anchor>
                ) : null}
              </Group>
              <Text size="sm">
                {[
                  item.detail,
                  item.status,
                  item.future ? t('timeline.future') : '',
                  item.openEnd === 'ongoing'
                    ? t('timeline.ongoing')
                    : item.openEnd === 'unknown'
                      ? t('timeline.endUnknown')
                      : '',
                  item.startUnknown ? t('timeline.startUnknown') : '',
                  item.reported ? t('timeline.reported') : '',
                  item.problem,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
            </div>
          ))}
          {items.length > most ? <Text size="sm">{t('app.andMore', { count: items.length - most })}</Text> : null}
        </Stack>
      )}
    </Card>
  );
}
