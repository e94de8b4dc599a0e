import { Alert, Button, Group, Modal, Paper, Radio, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { DraftView, EscalationView, FormView } from '../../../../src/server/api/questionnaires.ts';
import { call } from '../../api/client.ts';
import { Trouble } from '../../parts/states.tsx';
import { useInstant } from '../../parts/time.ts';
import { AdaptiveItems } from './AdaptiveItems.tsx';
import { BodyMapAnswers } from './BodyMapAnswers.tsx';
import type { Outcome } from './Done.tsx';
import { Escalations } from './Escalations.tsx';
import { recallWords } from './recall.ts';
import { type Answers, type Saving, useAutosave } from './useAutosave.ts';

interface Props {
  subject: string;
  form: FormView;
  draft: DraftView | undefined;
  onDone(outcome: Outcome): void;
}

export function FormPage({ subject, form, draft, onDone }: Props) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [reviewing, setReviewing] = useState(false);
  const [discarding, setDiscarding] = useState(false);
  const params = { subject, instrument: form.instrument };
  const auto = useAutosave(params, draft);
  const { answers, filledBy } = auto;
  const client = useQueryClient();
  const positive = form.safety.filter(({ item, value }) => answers[item] === value);
  const savedAt = auto.saving.state === 'saved' ? auto.saving.at : undefined;
  const isPositive = positive.length > 0;
  useEffect(() => {
    // The banner above the page is the server's: it stands there from the first saving on.
    if (savedAt && isPositive) void client.invalidateQueries({ queryKey: ['patient', subject, 'head'] });
  }, [client, subject, savedAt, isPositive]);
  const complete = useMutation({
    mutationFn: async () => {
      await auto.flush();
      return call('questionnaires.complete', { params, body: { answers, filledBy, basedOn: auto.version.current } });
    },
    onSuccess: ({ escalations, job }) => onDone({ escalations, kept: true, job }),
    onError: async (error) => {
      // Even when the form could not be kept, nothing stands between a positive answer and what it asks for.
      const found = await call('questionnaires.escalations', { params, body: { answers } }).catch(() => undefined);
      if (found?.escalations.some(({ urgency }) => urgency === 'now'))
        onDone({ escalations: found.escalations, kept: false, error });
    },
  });
  const discard = useMutation({
    mutationFn: async () => {
      // What was answered a moment ago is on the server before it is thrown away.
      await auto.flush();
      return call('questionnaires.discard', { params });
    },
    onSuccess: ({ escalations }) => {
      auto.stop();
      if (escalations.length > 0) onDone({ escalations, kept: false, thrownAway: true });
      else go(`/patients/${subject}/questionnaires`);
    },
  });
  // Of an item bank only what was asked is looked through: the rest is not missing.
  const asked = form.adaptive ? form.items.filter(({ number }) => answers[number] !== undefined) : form.items;
  const missing = asked.filter(({ number }) => answers[number] === undefined);
  const showItem = (item: FormView['items'][number]) => (
    <Item
      key={item.number}
      item={item}
      language={form.language}
      answer={answers[item.number]}
      onAnswer={(value) => auto.change({ answers: withAnswer(answers, item.number, value), filledBy })}
      escalations={positive.find((one) => one.item === item.number)?.escalations ?? []}
    />
  );
  return (
    <Stack gap="md" maw={760}>
      <Group justify="space-between" align="baseline">
        <Title order={2}>{form.display}</Title>
        <SavingLine saving={auto.saving} />
      </Group>
      <Text size="sm" c="var(--quiet)">
        {[recallWords(t, form.recall), t('questionnaires.licence', { licence: form.licence })]
          .filter(Boolean)
          .join('. ')}
        .{form.source ? ` ${t('questionnaires.source', { source: form.source })}.` : ''} {form.copyright ?? ''}
      </Text>
      {form.wording === 'topics' ? (
        <Alert color="gray" variant="light" title={t('questionnaires.topics')}>
          <Text size="sm">{t('questionnaires.topicsHint')}</Text>
        </Alert>
      ) : null}
      {auto.conflict !== undefined ? (
        <Alert
          color="orange"
          variant="light"
          role="alert"
          title={t(auto.conflict === null ? 'questionnaires.conflictGone' : 'questionnaires.conflict')}
        >
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => auto.settle('theirs')}>
              {t('questionnaires.takeTheirs')}
            </Button>
            <Button size="xs" variant="default" onClick={() => auto.settle('mine')}>
              {t('questionnaires.keepMine')}
            </Button>
          </Group>
        </Alert>
      ) : null}
      {complete.error ? <Trouble error={complete.error} /> : null}
      {discard.error ? <Trouble error={discard.error} /> : null}
      {reviewing ? (
        <>
          {isPositive ? <Escalations all={distinct(positive.flatMap(({ escalations }) => escalations))} /> : null}
          <ReviewAnswers form={{ ...form, items: asked }} answers={answers} missing={missing.length} />
        </>
      ) : (
        <>
          <Radio.Group
            label={t('questionnaires.filledBy')}
            value={filledBy}
            onChange={(value) => auto.change({ answers, filledBy: value === 'patient' ? 'patient' : 'clinician' })}
          >
            <Group gap="md" mt={4}>
              <Radio value="patient" label={t('questionnaires.patient')} />
              <Radio value="clinician" label={t('questionnaires.clinician')} />
            </Group>
          </Radio.Group>
          {form.figure ? (
            <BodyMapAnswers
              figure={form.figure}
              answers={answers}
              onAnswers={(next) => auto.change({ answers: next, filledBy })}
            />
          ) : null}
          {form.adaptive ? (
            <AdaptiveItems
              subject={subject}
              form={{ ...form, adaptive: form.adaptive }}
              answers={answers}
              show={showItem}
            />
          ) : null}
          {form.figure || form.adaptive ? null : form.items.map(showItem)}
        </>
      )}
      <Group gap="sm">
        {reviewing ? (
          <>
            <Button
              loading={complete.isPending}
              disabled={Object.keys(answers).length === 0 || auto.conflict !== undefined}
              onClick={() => complete.mutate()}
            >
              {t('questionnaires.complete')}
            </Button>
            <Button variant="default" onClick={() => setReviewing(false)}>
              {t('questionnaires.back')}
            </Button>
          </>
        ) : (
          <Button disabled={Object.keys(answers).length === 0} onClick={() => setReviewing(true)}>
            {t('questionnaires.review')}
          </Button>
        )}
        <Button variant="subtle" color="gray" onClick={() => setDiscarding(true)}>
          {t('questionnaires.discard')}
        </Button>
      </Group>
      <Modal
        opened={discarding}
        onClose={() => setDiscarding(false)}
        title={t('questionnaires.discardSure')}
        closeButtonProps={{ 'aria-label': t('app.close') }}
      >
        {isPositive ? (
          <Text size="sm" mb="sm" fw={600} c="var(--urgent)">
            {t('questionnaires.discardPositive')}
          </Text>
        ) : null}
        <Group gap="sm">
          <Button color="red" loading={discard.isPending} onClick={() => discard.mutate()}>
            {t('questionnaires.discard')}
          </Button>
          <Button variant="default" onClick={() => setDiscarding(false)}>
            {t('app.cancel')}
          </Button>
        </Group>
      </Modal>
    </Stack>
  );
}

/** One of each question: several items can raise the same. */
function distinct(all: readonly EscalationView[]): EscalationView[] {
  return [...new Map(all.map((one) => [one.check, one])).values()];
}

function withAnswer(answers: Answers, number: number, value: number | undefined): Answers {
  const { [String(number)]: _, ...rest } = answers;
  return value === undefined ? rest : { ...rest, [String(number)]: value };
}

function SavingLine({ saving }: { saving: Saving }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const words =
    saving.state === 'saved'
      ? t('questionnaires.saved', { at: instant(saving.at) })
      : t(`questionnaires.${saving.state === 'none' ? 'notStarted' : saving.state}`);
  return (
    <Text size="sm" role="status" c={saving.state === 'unsaved' ? 'var(--urgent)' : 'var(--quiet)'}>
      {words}
    </Text>
  );
}

function Item({
  item,
  language,
  answer,
  onAnswer,
  escalations,
}: {
  item: FormView['items'][number];
  language: string | undefined;
  answer: number | undefined;
  onAnswer(value: number | undefined): void;
  /** What the answer asks for, shown where it is given. */
  escalations: readonly EscalationView[];
}) {
  const { t } = useTranslation();
  const last = item.options.length - 1;
  return (
    <Paper withBorder p="sm">
      <Radio.Group
        label={
          <span lang={language}>
            {item.number}. {item.text}
          </span>
        }
        value={answer === undefined ? null : String(answer)}
        onChange={(value) => onAnswer(Number(value))}
      >
        <Group gap="md" mt={6}>
          {item.options.map(({ value, label }, index) => (
            <Radio
              key={value}
              value={String(value)}
              label={
                <span lang={label ? language : undefined}>
                  {label ??
                    `${value}${index === 0 ? ` (${t('questionnaires.least')})` : index === last ? ` (${t('questionnaires.most')})` : ''}`}
                </span>
              }
            />
          ))}
        </Group>
      </Radio.Group>
      {answer === undefined ? null : (
        <Button
          size="compact-xs"
          variant="subtle"
          mt={4}
          aria-label={t('questionnaires.clearOf', { number: item.number })}
          onClick={() => onAnswer(undefined)}
        >
          {t('questionnaires.clear')}
        </Button>
      )}
      {escalations.length > 0 ? (
        <Escalations all={escalations}>
          <Text size="sm">{t('questionnaires.staysOpen')}</Text>
        </Escalations>
      ) : null}
    </Paper>
  );
}

function ReviewAnswers({ form, answers, missing }: { form: FormView; answers: Answers; missing: number }) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="md">
      <Title order={3}>{t('questionnaires.reviewTitle')}</Title>
      {missing > 0 ? (
        <Text size="sm" c="var(--open)" fw={600}>
          {t('questionnaires.unanswered', { count: missing })}
        </Text>
      ) : null}
      <Stack gap={4} mt="xs">
        {form.items.map(({ number, text, options }) => {
          const value = answers[number];
          const label = options.find((one) => one.value === value)?.label;
          return (
            <Text key={number} size="sm">
              {number}. <span lang={form.language}>{text}</span>:{' '}
              <strong>{value === undefined ? t('questionnaires.noAnswer') : (label ?? value)}</strong>
            </Text>
          );
        })}
      </Stack>
    </Paper>
  );
}
