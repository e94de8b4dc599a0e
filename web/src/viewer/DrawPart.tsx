import { Alert, Button, Group, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';
import { Trouble } from '../parts/states.tsx';
import { useViewer } from './context.ts';
import { beginDrawing, countsOf, labelColor, packMap } from './drawing.ts';
import { useStore } from './store.ts';
import type { Keeping } from './useKeptDrawing.ts';
import { shortNumber } from './words.ts';

/** What is being drawn: named regions, and stating them. */
export function DrawPart({ keeping, onSaved }: { keeping: Keeping; onSaved(): void }) {
  const { t } = useTranslation();
  const { drawing, subject, mayAnnotate } = useViewer();
  const { image, labels, current, changes } = useStore(drawing, (one) => ({
    image: one.image,
    labels: one.labels,
    current: one.current,
    changes: one.changes,
  }));
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  if (!mayAnnotate) return <Text size="sm">{t('images.mayNotDraw')}</Text>;
  if (image === undefined)
    return (
      <Text size="sm" c="var(--quiet)">
        {t('images.drawHint')}
      </Text>
    );
  const counts = countsOf(drawing.get());
  const filled = labels.filter(
    ({ value, supersedes }) => supersedes || counts.some((one) => one.value === value && one.voxels > 0),
  );
  const unnamed = filled.some(({ region }) => region.trim() === '');
  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await keeping.settled();
      const { map, tool, startedFrom } = drawing.get();
      await call('annotations.annotate', {
        params: { subject, record: image },
        body: {
          labels: filled.map(({ value, region, supersedes }) => ({
            value,
            region: region.trim(),
            ...(supersedes && { supersedes }),
          })),
          tool: tool ?? 'brush',
          map: await packMap(map!),
          ...(startedFrom && { startedFrom }),
        },
      });
      beginDrawing(drawing, image, drawing.get().volume!);
      onSaved();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const discard = async () => {
    await keeping.settled();
    await call('annotations.discardDrawing', { params: { subject, record: image } }).catch(setError);
    beginDrawing(drawing, image, drawing.get().volume!);
  };
  const rename = (value: number, region: string) =>
    drawing.set({
      labels: labels.map((one) => (one.value === value ? { ...one, region } : one)),
      changes: changes + 1,
    });
  return (
    <Stack gap="xs" data-changes={changes}>
      {labels.map(({ value, region }) => {
        const count = counts.find((one) => one.value === value);
        return (
          <Group key={value} gap={6} wrap="nowrap" align="center">
            <UnstyledButton
              aria-pressed={current === value}
              aria-label={t('images.drawThis', { name: region || String(value) })}
              onClick={() => drawing.set({ current: value })}
              style={{ outline: current === value ? '2px solid var(--calm)' : undefined, borderRadius: 4, padding: 2 }}
            >
              <span
                className="swatch"
                style={{ background: `rgb(${labelColor(value).join(' ')})`, width: 18, height: 18 }}
              />
            </UnstyledButton>
            <TextInput
              size="xs"
              style={{ flex: 1 }}
              maxLength={80}
              placeholder={t('images.regionName')}
              aria-label={t('images.regionName')}
              value={region}
              onChange={({ currentTarget }) => rename(value, currentTarget.value)}
            />
            <Text size="xs" w={74} ta="end">
              {shortNumber(count?.ml ?? 0)} mL
            </Text>
          </Group>
        );
      })}
      <Group gap="xs">
        <Button
          size="compact-xs"
          variant="default"
          disabled={labels.length >= 30}
          onClick={() => {
            const value = Math.max(...labels.map((one) => one.value)) + 1;
            drawing.set({ labels: [...labels, { value, region: '' }], current: value });
          }}
        >
          {t('images.addLabel')}
        </Button>
      </Group>
      <Text size="xs" c="var(--quiet)" role="status">
        {t(`images.draft.${keeping.state}`)}
      </Text>
      {keeping.state === 'conflict' ? (
        <Alert color="orange" title={t('images.draftConflict')}>
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={keeping.takeTheirs}>
              {t('images.takeTheirs')}
            </Button>
            <Button size="xs" variant="default" onClick={keeping.keepMine}>
              {t('images.keepMine')}
            </Button>
          </Group>
        </Alert>
      ) : null}
      {error ? <Trouble error={error} /> : null}
      <Group gap="xs">
        <Button size="xs" loading={busy} disabled={filled.length === 0 || unnamed} onClick={() => void save()}>
          {t('images.stateDrawing')}
        </Button>
        <Button size="xs" variant="default" onClick={() => void discard()}>
          {t('images.discard')}
        </Button>
      </Group>
      {unnamed ? (
        <Text size="xs" c="var(--open)">
          {t('images.nameFirst')}
        </Text>
      ) : null}
    </Stack>
  );
}
