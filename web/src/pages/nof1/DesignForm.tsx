import {
  Button,
  Group,
  NativeSelect,
  NumberInput,
  Paper,
  Progress,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { Trouble } from '../../parts/states.tsx';
import { type Draft, draftOf, planOf, sizesOf, truthOf, withSize } from './draft.ts';
import { PowerPlot, type PowerPoint } from './PowerPlot.tsx';

/** Asks for all that is decided before day 1, shows what it can find, and freezes it. */
export function DesignForm({ subject, today, onDone }: { subject: string; today: string; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>(() => draftOf(today));
  const [points, setPoints] = useState<PowerPoint[]>([]);
  const put = (change: Partial<Draft>) => {
    setDraft({ ...draft, ...change });
    setPoints([]);
  };
  const words = (
    name: 'title' | 'treatment' | 'comparison' | 'measure' | 'blinding' | 'seed' | 'sideEffect' | 'tiers',
    required = true,
  ) => (
    <TextInput
      label={t(`trials.form.${name}`)}
      value={draft[name]}
      required={required}
      maxLength={400}
      onChange={(event) => put({ [name]: event.currentTarget.value })}
    />
  );
  const number = (name: NumberField, min: number, max: number, step = 1) => (
    <NumberInput
      label={t(`trials.form.${name}`)}
      value={draft[name]}
      min={min}
      max={max}
      step={step}
      onChange={(value) => put({ [name]: typeof value === 'number' ? value : Number(value) || 0 })}
    />
  );
  const freeze = useMutation({
    mutationFn: () =>
      call('trials.freeze', { params: { subject }, body: { plan: planOf(draft), startDay: draft.startDay } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['patient', subject] });
      onDone();
    },
  });
  const power = useMutation({
    mutationFn: async () => {
      const found: PowerPoint[] = [];
      setPoints([]);
      for (const size of sizesOf(draft)) {
        const plan = planOf(withSize(draft, size));
        const { days, test, interval, minimumP } = await call('trials.power', {
          body: { plan, truth: truthOf(draft), runs: 200 },
        });
        found.push({ size, days, test, interval, minimumP });
        setPoints([...found]);
      }
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    freeze.mutate();
  };
  const complete = [draft.treatment, draft.comparison, draft.measure, draft.seed].every((one) => one.trim() !== '');
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="trial-new">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Title order={3} id="trial-new">
            {t('trials.new')}
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            {words('treatment')}
            {words('comparison')}
            {words('title', false)}
            {words('measure')}
            <NativeSelect
              label={t('trials.form.better')}
              value={draft.better}
              onChange={(event) => put({ better: event.currentTarget.value as Draft['better'] })}
              data={(['lower', 'higher'] as const).map((value) => ({ value, label: t(`trials.${value}`) }))}
            />
            {number('worthwhile', 0, 100, 0.5)}
            {number('low', -1000, 1000)}
            {number('high', -1000, 1000)}
          </SimpleGrid>
          <NativeSelect
            label={t('trials.form.type')}
            value={draft.type}
            onChange={(event) => put({ type: event.currentTarget.value as Draft['type'] })}
            data={(['pairs', 'phases', 'baselines'] as const).map((value) => ({
              value,
              label: t(`trials.type.${value}`),
            }))}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            {draft.type === 'pairs' ? (
              <>
                {number('cycles', 3, 30)}
                {number('periodDays', 1, 60)}
                {number('washoutDays', 0, 30)}
              </>
            ) : (
              number('days', 10, 400)
            )}
            {draft.type === 'phases' ? (
              <>
                <NativeSelect
                  label={t('trials.form.order')}
                  value={draft.order}
                  onChange={(event) => put({ order: event.currentTarget.value as Draft['order'] })}
                  data={['AB', 'ABA', 'ABAB', 'ABABAB']}
                />
                {number('minimumDays', 3, 60)}
              </>
            ) : null}
            {draft.type === 'baselines' ? (
              <>
                {words('tiers')}
                {number('firstStart', 3, 200)}
                {number('windowDays', 1, 30)}
              </>
            ) : null}
            {number('lagDays', 0, 30)}
            <TextInput
              type="date"
              label={t('trials.form.startDay')}
              value={draft.startDay}
              min={today}
              required
              onChange={(event) => put({ startDay: event.currentTarget.value })}
            />
            {words('sideEffect', false)}
            {number('stopAt', 0, 100)}
            {words('blinding')}
            {words('seed')}
          </SimpleGrid>
          <Title order={4}>{t('trials.power')}</Title>
          <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
            {number('effect', 0, 100, 0.5)}
            {number('deviation', 0.1, 100, 0.1)}
            {number('autocorrelation', -0.9, 0.9, 0.1)}
            {number('carryOver', 0, 0.9, 0.1)}
          </SimpleGrid>
          <Group>
            <Button variant="default" loading={power.isPending} disabled={!complete} onClick={() => power.mutate()}>
              {t('trials.simulate')}
            </Button>
          </Group>
          {power.isPending ? (
            <Progress value={(100 * points.length) / sizesOf(draft).length} aria-label={t('trials.simulating')} />
          ) : null}
          {power.error ? <Trouble error={power.error} /> : null}
          {points.length > 0 ? (
            <PowerPlot
              points={points}
              sizeName={t(draft.type === 'pairs' ? 'trials.form.cycles' : 'trials.form.days')}
            />
          ) : null}
          <Text size="sm" c="var(--quiet)">
            {t('trials.freezeHint')}
          </Text>
          {freeze.error ? <Trouble error={freeze.error} /> : null}
          <Group>
            <Button type="submit" loading={freeze.isPending} disabled={!complete}>
              {t('trials.freeze')}
            </Button>
            <Button variant="default" onClick={onDone}>
              {t('trials.cancel')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

type NumberField = { [K in keyof Draft]: Draft[K] extends number ? K : never }[keyof Draft];
