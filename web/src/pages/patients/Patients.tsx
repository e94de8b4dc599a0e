import { Alert, Button, Checkbox, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { PatientRow, TransferView } from '../../../../src/server/api/patients.ts';
import { useMay } from '../../app/session.tsx';
import { Empty, Loading, Trouble } from '../../parts/states.tsx';
import { Done } from './Done.tsx';
import { MergeDialog } from './MergeDialog.tsx';
import { PatientList } from './PatientList.tsx';
import './patients.css';
import { SplitDialog } from './SplitDialog.tsx';
import { type Query, type Sort, usePatients } from './usePatients.ts';
import { useWords } from './words.ts';

const everybody: Omit<Query, 'text'> = { data: [], urgency: '', sort: 'label', alike: false, merged: false };

/** All patients of the data folder: found by what people know of them, with what each has and what is urgent. */
export default function Patients() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  // The first key after a pause asks at once; those that follow closely wait for the last of them.
  const [text] = useDebouncedValue(typed, 25, { leading: true });
  const [rest, setRest] = useState(everybody);
  const [pages, setPages] = useState<number[]>([0]);
  const [merging, setMerging] = useState<PatientRow>();
  const [splitting, setSplitting] = useState<PatientRow>();
  const [done, setDone] = useState<TransferView>();
  const search = useRef<HTMLInputElement>(null);
  const mayChange = useMay('identity:change');
  const knowsWho = useMay('identity:read');
  const { head, rows } = usePatients({ ...rest, text }, pages);
  const onSight = useCallback((sighted: number[]) => setPages(sighted), []);
  useHotkeys([['/', () => search.current?.focus()]]);
  const isFiltered = text.trim() !== '' || JSON.stringify(rest) !== JSON.stringify({ ...everybody, sort: rest.sort });
  const clear = () => {
    setTyped('');
    setRest({ ...everybody, sort: rest.sort });
  };
  const finished = (view: TransferView) => {
    setMerging(undefined);
    setSplitting(undefined);
    setDone(view);
  };
  const { data, error, isPending, refetch } = head;
  // The list begins anew with what was found, not already with the question: until then it shows what it showed.
  const shown = useRef('');
  if (!head.isPlaceholderData) shown.current = JSON.stringify([text, rest]);
  return (
    <Stack gap="sm" className="patients-page">
      <Group justify="space-between" align="baseline">
        <Title order={1}>{t('patients.title')}</Title>
        <Text c="var(--quiet)" size="sm" role="status">
          {data && !head.isPlaceholderData ? count(data.total, data.all, isFiltered, t) : ''}
        </Text>
      </Group>
      {done ? <Done done={done} onUndone={setDone} onClose={() => setDone(undefined)} /> : null}
      <TextInput
        ref={search}
        type="search"
        label={t('patients.search')}
        description={t(knowsWho ? 'patients.searchHint' : 'patients.searchBareHint')}
        value={typed}
        maxLength={200}
        autoComplete="off"
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setTyped('');
        }}
      />
      <Filters rest={rest} setRest={setRest} modalities={data?.modalities ?? []} knowsWho={knowsWho} />
      {mayChange && data && data.suggestions > 0 && !rest.alike ? (
        <Alert color="orange" variant="light">
          <Group justify="space-between" gap="sm">
            <Text size="sm" style={{ flex: '1 1 280px' }}>
              {t('patients.suggestions', { count: data.suggestions })}
            </Text>
            <Button size="compact-sm" variant="default" onClick={() => setRest({ ...rest, alike: true })}>
              {t('patients.showSuggestions')}
            </Button>
          </Group>
        </Alert>
      ) : null}
      {isPending ? <Loading /> : null}
      {error && !data ? <Trouble error={error} retry={() => void refetch()} /> : null}
      {data && data.total === 0 ? <Nobody none={data.all > 0} onClear={clear} /> : null}
      {data && data.total > 0 ? (
        <PatientList
          key={shown.current}
          total={data.total}
          rows={rows}
          mayChange={mayChange}
          onSight={onSight}
          onMerge={setMerging}
          onIdentities={setSplitting}
        />
      ) : null}
      {merging ? <MergeDialog row={merging} onDone={finished} onClose={() => setMerging(undefined)} /> : null}
      {splitting ? <SplitDialog row={splitting} onDone={finished} onClose={() => setSplitting(undefined)} /> : null}
    </Stack>
  );
}

function count(total: number, all: number, isFiltered: boolean, t: ReturnType<typeof useTranslation>['t']): string {
  return isFiltered ? t('patients.found', { found: total, all }) : t('patients.count', { count: total });
}

function Nobody({ none, onClear }: { none: boolean; onClear(): void }) {
  const { t } = useTranslation();
  const mayImport = useMay('imports:write');
  if (!none) {
    return (
      <Empty title={t('patients.empty')}>
        <Text size="sm">{t('patients.emptyHint')}</Text>
        {mayImport ? (
          <Button component={Link} href="/import" size="xs">
            {t('patients.toImport')}
          </Button>
        ) : null}
      </Empty>
    );
  }
  return (
    <Empty title={t('patients.none')}>
      <Text size="sm">{t('patients.noneHint')}</Text>
      <Button size="xs" variant="default" onClick={onClear}>
        {t('patients.clear')}
      </Button>
    </Empty>
  );
}

interface FiltersProps {
  rest: Omit<Query, 'text'>;
  setRest(rest: Omit<Query, 'text'>): void;
  modalities: readonly { modality: string; patients: number }[];
  knowsWho: boolean;
}

/** Orders that tell names or births are for those who may know them. */
const orders: readonly Sort[] = ['label', 'subject', 'urgency', 'visit', 'changed', 'born'];

function Filters({ rest, setRest, modalities, knowsWho }: FiltersProps) {
  const { t } = useTranslation();
  const { modality } = useWords();
  const offered = orders.filter((sort) => knowsWho || (sort !== 'label' && sort !== 'born'));
  return (
    <Group gap="sm" align="flex-end" role="group" aria-label={t('patients.filters')} className="no-print">
      <NativeSelect
        size="xs"
        label={t('patients.data')}
        value={rest.data[0] ?? ''}
        onChange={({ currentTarget: { value } }) => setRest({ ...rest, data: value === '' ? [] : [value] })}
        data={[
          { value: '', label: t('patients.anyData') },
          ...modalities.map((one) => ({ value: one.modality, label: `${modality(one.modality)} (${one.patients})` })),
        ]}
      />
      <NativeSelect
        size="xs"
        label={t('patients.urgency')}
        value={rest.urgency}
        onChange={({ currentTarget: { value } }) => setRest({ ...rest, urgency: value as Query['urgency'] })}
        data={[
          { value: '', label: t('patients.anyUrgency') },
          { value: 'now', label: t('patients.urgent') },
          { value: 'open', label: t('patients.open') },
        ]}
      />
      <NativeSelect
        size="xs"
        label={t('patients.order')}
        value={knowsWho || offered.includes(rest.sort) ? rest.sort : 'subject'}
        onChange={({ currentTarget: { value } }) => setRest({ ...rest, sort: value as Sort })}
        data={offered.map((sort) => ({ value: sort, label: t(`patients.sort.${sort}`) }))}
      />
      <Checkbox
        size="sm"
        label={t('patients.merged')}
        checked={rest.merged}
        onChange={(event) => setRest({ ...rest, merged: event.currentTarget.checked })}
      />
      {knowsWho ? (
        <Checkbox
          size="sm"
          label={t('patients.alike')}
          checked={rest.alike}
          onChange={(event) => setRest({ ...rest, alike: event.currentTarget.checked })}
        />
      ) : null}
    </Group>
  );
}
