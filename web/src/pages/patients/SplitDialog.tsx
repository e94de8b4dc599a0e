import { Button, Checkbox, Group, Modal, Radio, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IdentitiesView, PatientRow, TransferView } from '../../../../src/server/api/patients.ts';
import { call } from '../../api/client.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import { Acts } from './Acts.tsx';
import { Found } from './Found.tsx';
import { useForget, useIdentities } from './usePatients.ts';
import { useWords } from './words.ts';

interface Props {
  row: PatientRow;
  onDone(done: TransferView): void;
  onClose(): void;
}

/** Whose numbers a patient bears, the sources behind them, and what was merged or split; sources can be given away here. */
export function SplitDialog({ row, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const about = useIdentities(row.subject);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('patients.split.title', { label: row.label })}
      size="lg"
      className="patients-dialog"
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      {about.isPending ? <Loading /> : null}
      {about.error ? <Trouble error={about.error} retry={() => void about.refetch()} /> : null}
      {about.data ? (
        <Stack gap="lg">
          <Numbers view={about.data} />
          {about.data.sources.length > 1 ? <Split view={about.data} onDone={onDone} /> : null}
          <Acts view={about.data} onDone={onDone} />
        </Stack>
      ) : null}
    </Modal>
  );
}

function Numbers({ view }: { view: IdentitiesView }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <section aria-labelledby="split-numbers">
      <Title order={3} id="split-numbers">
        {t('patients.split.identities')}
      </Title>
      <ul className="plain-list">
        {view.identities.map(({ id, system, value, name, birthDate, sources }) => (
          <li key={id}>
            <strong>{value}</strong> ({system}){name ? ` ${name.replaceAll('^', ' ')}` : ''}
            {birthDate ? `, ${t('patients.born', { day: words.day(birthDate) })}` : ''}{' '}
            <Text component="span" size="sm" c="var(--quiet)">
              {sources > 0 ? t('patients.split.named', { count: sources }) : ''}
            </Text>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Split({ view, onDone }: { view: IdentitiesView; onDone(done: TransferView): void }) {
  const { t } = useTranslation();
  const forget = useForget();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [target, setTarget] = useState<'new' | 'existing'>('new');
  const [into, setInto] = useState<PatientRow>();
  const [label, setLabel] = useState('');
  const [reason, setReason] = useState('');
  const split = useMutation({
    mutationFn: () =>
      call('patients.split', {
        params: { subject: view.subject },
        body: {
          sources: [...chosen],
          reason,
          seen: {
            [view.subject]: view.sequence,
            ...(target === 'existing' && into && { [into.subject]: into.sequence }),
          },
          ...(target === 'existing' && into ? { into: into.subject } : {}),
          ...(target === 'new' && label.trim() !== '' ? { label } : {}),
        },
      }),
    onSuccess: async (done) => {
      await forget();
      onDone(done);
    },
  });
  const set = (ids: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) on ? next.add(id) : next.delete(id);
    setChosen(next);
  };
  const groups = [
    ...view.identities.flatMap(({ id, value }) => group(view, id, value)),
    ...group(view, undefined, t('patients.split.unnamed')),
  ];
  const all = chosen.size === view.sources.length;
  const ready = chosen.size > 0 && !all && reason.trim() !== '' && (target === 'new' || into !== undefined);
  return (
    <section aria-labelledby="split-sources">
      <Stack gap="sm">
        <Title order={3} id="split-sources">
          {t('patients.split.sources')}
        </Title>
        <Text size="sm">{t('patients.split.intro')}</Text>
        {groups.map(({ title, sources }) => {
          const ids = sources.map(({ id }) => id);
          const on = ids.filter((id) => chosen.has(id)).length;
          return (
            <fieldset key={title} className="split-group">
              <legend>
                <Checkbox
                  label={t('patients.split.choose', { identity: title })}
                  checked={on === ids.length}
                  indeterminate={on > 0 && on < ids.length}
                  onChange={(event) => set(ids, event.currentTarget.checked)}
                />
              </legend>
              <Stack gap={4} pl="lg">
                {sources.map((source) => (
                  <Checkbox
                    key={source.id}
                    size="sm"
                    label={source.title}
                    description={source.path}
                    checked={chosen.has(source.id)}
                    onChange={(event) => set([source.id], event.currentTarget.checked)}
                  />
                ))}
              </Stack>
            </fieldset>
          );
        })}
        <Text size="sm" role="status" c={all ? 'var(--open)' : undefined}>
          {all ? t('patients.split.all') : t('patients.split.chosen', { count: chosen.size })}
        </Text>
        {chosen.size > 0 && !all ? (
          <>
            <Radio.Group
              label={t('patients.split.target')}
              value={target}
              onChange={(value) => setTarget(value as typeof target)}
            >
              <Stack gap={4} mt={4}>
                <Radio value="new" label={t('patients.split.new')} />
                <Radio value="existing" label={t('patients.split.existing')} />
              </Stack>
            </Radio.Group>
            {target === 'new' ? (
              <TextInput
                label={t('patients.split.label')}
                description={t('patients.split.labelHint')}
                value={label}
                maxLength={200}
                onChange={(event) => setLabel(event.currentTarget.value)}
              />
            ) : into ? (
              <Group justify="space-between">
                <Text size="sm">
                  <strong>{into.label}</strong> {into.subject}
                </Text>
                <Button size="compact-sm" variant="subtle" onClick={() => setInto(undefined)}>
                  {t('patients.merge.another')}
                </Button>
              </Group>
            ) : (
              <Found not={view.subject} alike={[]} onChoose={setInto} />
            )}
            <Textarea
              label={t('patients.reason')}
              description={t('patients.reasonHint')}
              required
              autosize
              minRows={2}
              maxLength={2000}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            {split.error ? <Trouble error={split.error} /> : null}
            <Group justify="flex-end">
              <Button disabled={!ready} loading={split.isPending} onClick={() => split.mutate()}>
                {t('patients.split.confirm', { count: chosen.size })}
              </Button>
            </Group>
          </>
        ) : null}
      </Stack>
    </section>
  );
}

function group(view: IdentitiesView, identity: string | undefined, title: string) {
  const sources = view.sources.filter((source) => source.identity === identity);
  return sources.length === 0 ? [] : [{ title, sources }];
}
