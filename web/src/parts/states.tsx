import { Alert, Button, Center, Group, Loader, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';

/** Something is on its way. */
export function Loading({ what }: { what?: string }) {
  const { t } = useTranslation();
  return (
    <Center mih={160} role="status">
      <Group gap="sm">
        <Loader size="sm" />
        <Text c="var(--quiet)">{what ?? t('app.loading')} …</Text>
      </Group>
    </Center>
  );
}

/** What went wrong, where, and what to do. */
export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const refusal = error instanceof ApiError ? error : undefined;
  const unreachable = refusal?.status === 0;
  const message = unreachable ? t('app.unreachable') : error instanceof Error ? error.message : String(error);
  const remedy = unreachable ? t('app.unreachableRemedy') : refusal?.remedy;
  return (
    <Alert color="red" variant="light" title={t('app.failed')} role="alert">
      <Stack gap="xs">
        <Text size="sm">{message}</Text>
        {remedy ? <Text size="sm">{remedy}</Text> : null}
        {refusal?.requestId && refusal.status >= 500 ? (
          <Text size="xs" c="var(--quiet)">
            {t('app.requestId', { id: refusal.requestId })}
          </Text>
        ) : null}
        {retry ? (
          <Group>
            <Button size="xs" variant="default" onClick={retry}>
              {t('app.retry')}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Alert>
  );
}

/** Nothing there yet, and what one can do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Center mih={200}>
      <Stack align="center" gap="xs" maw={480} ta="center">
        <Text fw={600}>{title}</Text>
        {children}
      </Stack>
    </Center>
  );
}
