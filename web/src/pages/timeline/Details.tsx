import { Anchor, Card, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Lane, TimelineItem, Timeline as TimelineModel } from '../../../../src/report/timeline/model.ts';
import { WhyLink } from '../../patient/Why.tsx';
import { heldThen } from './heldThen.ts';

const most = 60;

/** What was chosen, in words, with its way to the bytes and to the image. */
export function Details({
  items,
  model,
  lanes,
  subject,
}: {
  items: readonly TimelineItem[];
  model: TimelineModel;
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
          <Then items={items} model={model} />
        </Stack>
      )}
    </Card>
  );
}

/** What else held when the chosen thing began: the day as a whole, which no single lane shows. */
function Then({ items, model }: { items: readonly TimelineItem[]; model: TimelineModel }) {
  const { t } = useTranslation();
  const [first] = items;
  const { going, numbers } = heldThen(model, first!.fromMs);
  const chosen = new Set(items.map(({ id }) => id));
  const others = going.filter(({ id }) => !chosen.has(id));
  const further = numbers.filter(({ lane }) => lane !== first!.lane);
  // A date known to the month or year is no day that anything could be said of.
  if (first!.precision === 'year' || first!.precision === 'month' || others.length + further.length === 0) return null;
  return (
    <div className="timeline-then">
      <Text size="sm" fw={600}>
        {t('timeline.then', { day: first!.start.slice(0, 10) })}
      </Text>
      {others.length > 0 ? (
        <Text size="sm">
          {t('timeline.going')}{' '}
          {others.slice(0, most).map((item, i) => (
            <span key={item.id}>
              {i > 0 ? ' · ' : ''}
              <WhyLink record={item.why}>{item.label}</WhyLink>
              {item.detail ? ` ${item.detail}` : ''}
            </span>
          ))}
        </Text>
      ) : null}
      {further.length > 0 ? (
        <Text size="sm">
          {t('timeline.newest')}{' '}
          {further.slice(0, most).map(({ lane, title, point, daysBefore }, i) => (
            <span key={lane}>
              {i > 0 ? ' · ' : ''}
              {title} <WhyLink record={point.why}>{point.text}</WhyLink>
              {daysBefore > 0 ? ` (${t('timeline.daysBefore', { count: daysBefore })})` : ''}
            </span>
          ))}
        </Text>
      ) : null}
    </div>
  );
}
