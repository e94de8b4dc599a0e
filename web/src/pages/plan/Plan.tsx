import { Alert, Badge, Button, Grid, Group, List, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanView } from '../../../../src/server/api/review.ts';
import { useMay, useSession } from '../../app/session.tsx';
import { useSubject } from '../../app/subject.ts';
import { Empty, Loading, Trouble } from '../../parts/states.tsx';
import { ComparePanel } from './ComparePanel.tsx';
import { LineCard } from './LineCard.tsx';
import { ReleasePanel } from './ReleasePanel.tsx';
import { SafetyChecks } from './SafetyChecks.tsx';
import { SignPanel } from './SignPanel.tsx';
import { type Deeds, usePlan } from './usePlan.ts';
import { AskWorkingDecision, Readings } from './WorkingDecision.tsx';

/** Who chose to read on without stating a decision; forgotten with the page. */
const skipped = new Set<string>();

/** The plan of a patient: safety, lines with their decisions, signature, release, comparison. */
export default function Plan() {
  const { t } = useTranslation();
  const subject = useSubject();
  const { plan, act, error, conflict, dismiss, hasNews, look } = usePlan(subject);
  const [reading, setReading] = useState(skipped.has(subject));
  const mayDecide = useMay('plan:decide');
  const maySign = useMay('plan:sign');
  const mayRelease = useMay('twin:release');
  const mayCompare = useMay('identity:read');
  const name = useSession().account.name;
  if (plan.isPending) return <Loading what={t('plan.title')} />;
  if (plan.error) return <Trouble error={plan.error} retry={() => void plan.refetch()} />;
  const view = plan.data;
  const { review } = view;
  const asks = mayDecide && !reading && !hasBegun(review, name);
  const shown = asks ? view.lines.filter(({ urgency }) => urgency === 'now') : view.lines;
  const skip = () => {
    skipped.add(subject);
    setReading(true);
  };
  return (
    <Stack gap="md">
      <Group justify="space-between" align="baseline">
        <div>
          <Title order={2}>{t('plan.title')}</Title>
          <Text size="sm" c="var(--quiet)">
            {t('plan.asOf', { day: view.asOf })}. {t('plan.intro')}
          </Text>
        </div>
        {review ? <Status status={review.status} /> : null}
      </Group>
      {conflict ? (
        <Alert
          color="orange"
          variant="light"
          role="alert"
          withCloseButton
          closeButtonLabel={t('app.close')}
          onClose={dismiss}
          title={t('plan.conflict')}
        >
          <Text size="sm">{t('plan.conflictHint')}</Text>
          <List size="sm">
            {(conflict.changes.length > 0 ? conflict.changes : [conflict.message]).map((one) => (
              <List.Item key={one}>{one}</List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
      {hasNews && !conflict && !act.isPending ? (
        <Alert color="orange" variant="light" role="status" title={t('plan.news')}>
          <Group gap="sm">
            <Text size="sm">{t('plan.newsHint')}</Text>
            <Button size="xs" variant="default" onClick={look}>
              {t('plan.newsSeen')}
            </Button>
          </Group>
        </Alert>
      ) : null}
      {error ? <Trouble error={error} /> : null}
      <SafetyChecks view={view} act={act} mayDecide={mayDecide} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="md">
            {view.lines.length === 0 ? (
              <Empty title={t('plan.empty')}>
                <Text size="sm">{t('plan.emptyHint')}</Text>
              </Empty>
            ) : null}
            <Lines view={view} lines={shown} act={act} mayDecide={mayDecide} />
            {asks ? (
              <AskWorkingDecision phase="before" act={act} hidden={view.lines.length - shown.length} onSkip={skip} />
            ) : null}
            {review?.gone.map((one) => (
              <Alert key={one.entry} color="gray" variant="light" title={t('plan.gone')}>
                <Text size="sm">
                  {one.action} ({t(`plan.decided.${one.decision}`)}, {one.author})
                </Text>
              </Alert>
            ))}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="md">
            {review ? <SignPanel subject={subject} review={review} act={act} maySign={maySign} /> : null}
            {mayDecide && !asks ? <AskWorkingDecision phase="after" act={act} /> : null}
            {review ? <Readings all={review.readings} /> : null}
            {mayCompare && !asks ? <ComparePanel subject={subject} /> : null}
            {review ? (
              <ReleasePanel
                subject={subject}
                release={review.release}
                plain={view.plain}
                act={act}
                mayRelease={mayRelease}
              />
            ) : null}
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function Lines({
  view,
  lines,
  act,
  mayDecide,
}: {
  view: PlanView;
  lines: PlanView['lines'];
  act: Deeds;
  mayDecide: boolean;
}) {
  const { t } = useTranslation();
  return (
    <>
      {mayDecide && lines.length > 0 ? (
        <Text size="xs" c="var(--quiet)" className="no-print" visibleFrom="sm">
          {t('plan.keys')}
        </Text>
      ) : null}
      {(['now', 'soon', 'routine'] as const).map((urgency) => {
        const some = lines.filter((line) => line.urgency === urgency);
        if (some.length === 0) return null;
        return (
          <Stack component="section" key={urgency} gap="sm" aria-labelledby={`lines-${urgency}`}>
            <Title order={3} id={`lines-${urgency}`}>
              {t(`plan.urgency.${urgency}`)}{' '}
              <Text span size="sm" c="var(--quiet)">
                {t('plan.urgencyCount', { count: some.length })}
              </Text>
            </Title>
            {some.map((line) => (
              <LineCard
                key={line.slot}
                line={line}
                reviewed={view.review?.lines.find(({ slot }) => slot === line.slot)}
                act={act}
                mayDecide={mayDecide}
              />
            ))}
          </Stack>
        );
      })}
    </>
  );
}

function Status({ status }: { status: NonNullable<PlanView['review']>['status'] }) {
  const { t } = useTranslation();
  const outdated = status === 'signed-but-outdated';
  return (
    <Badge size="lg" tt="none" variant="outline" c={outdated ? 'var(--urgent)' : undefined} role="status">
      {t(`plan.status.${status}`)}
    </Badge>
  );
}

/** The reader has stated or done something about this plan already: asking "before" would come too late. */
function hasBegun(review: PlanView['review'], name: string): boolean {
  if (review === undefined || review.status !== 'draft') return true;
  return (
    review.readings.some(({ author }) => author === name) ||
    review.lines.some(({ history }) => history.some(({ author }) => author === name))
  );
}
