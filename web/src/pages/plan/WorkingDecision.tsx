import { Button, Checkbox, Group, Paper, Slider, Stack, Text, Textarea, Title } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanView } from '../../../../src/server/api/review.ts';
import { useInstant } from '../../parts/time.ts';
import type { Deeds } from './usePlan.ts';

/** Asks for the reader's own decision, before or after reading. */
export function AskWorkingDecision({
  phase,
  act,
  hidden,
  onSkip,
}: {
  phase: 'before' | 'after';
  act: Deeds;
  hidden?: number;
  onSkip?: () => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [stated, setStated] = useState(false);
  const [confidence, setConfidence] = useState(50);
  const label = useId();
  const save = () =>
    act.mutate(
      {
        do: 'decide',
        command: { type: 'working-decision', phase, text, ...(stated ? { confidencePercent: confidence } : {}) },
      },
      { onSuccess: () => setText('') },
    );
  return (
    <Paper withBorder p="md" component="section" className="no-print">
      <Stack gap="sm">
        <Title order={3}>{t(`plan.${phase}.title`)}</Title>
        {phase === 'before' ? <Text size="sm">{t('plan.before.hint')}</Text> : null}
        <Textarea
          label={t('plan.before.text')}
          autosize
          minRows={2}
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Checkbox
          label={t('plan.before.confidence')}
          checked={stated}
          onChange={(event) => setStated(event.currentTarget.checked)}
        />
        {stated ? (
          <div>
            <Text size="sm" id={label}>
              {t('plan.before.percent', { value: confidence })}
            </Text>
            <Slider
              value={confidence}
              onChange={setConfidence}
              min={0}
              max={100}
              step={5}
              label={null}
              thumbLabel={t('plan.before.confidence')}
            />
          </div>
        ) : null}
        <Group gap="xs">
          <Button size="sm" disabled={text.trim() === ''} loading={act.isPending} onClick={save}>
            {t(`plan.${phase}.save`)}
          </Button>
          {onSkip ? (
            <Button size="sm" variant="default" onClick={onSkip}>
              {t('plan.before.skip')}
            </Button>
          ) : null}
        </Group>
        {hidden ? (
          <Text size="sm" c="var(--quiet)">
            {t('plan.before.hidden', { count: hidden })}
          </Text>
        ) : null}
      </Stack>
    </Paper>
  );
}

/** What readers stated, before and after, side by side. */
export function Readings({ all }: { all: NonNullable<PlanView['review']>['readings'] }) {
  const { t } = useTranslation();
  const instant = useInstant();
  if (all.length === 0) return null;
  const one = (name: string, view: (typeof all)[number]['before']) =>
    view ? (
      <Text size="sm">
        <strong>{name}</strong>: {view.text}
        {view.confidencePercent === undefined
          ? ''
          : ` (${t('plan.before.percent', { value: view.confidencePercent })})`}{' '}
        <Text span size="xs" c="var(--quiet)">
          {instant(view.at)}
        </Text>
      </Text>
    ) : null;
  return (
    <Paper withBorder p="md" component="section">
      <Title order={3} mb="xs">
        {t('plan.readings')}
      </Title>
      <Stack gap="sm">
        {all.map((reading) => (
          <div key={reading.before?.entry ?? reading.after?.entry}>
            <Text size="sm" fw={600}>
              {reading.author} ({reading.role})
            </Text>
            {one(t('plan.readingBefore'), reading.before)}
            {one(t('plan.readingAfter'), reading.after)}
            {reading.late ? (
              <Text size="xs" c="var(--open)">
                {t('plan.late')}
              </Text>
            ) : null}
          </div>
        ))}
      </Stack>
    </Paper>
  );
}
