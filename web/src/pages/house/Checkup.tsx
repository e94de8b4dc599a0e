import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { HouseView } from '../../../../src/server/api/house.ts';
import { call } from '../../api/client.ts';
import { IssueList } from '../../parts/IssueList.tsx';
import { Trouble } from '../../parts/states.tsx';
import { useInstant } from '../../parts/time.ts';

/** The last examination of the store, and a button for another one. */
export function Checkup({ checkup, onDone }: { checkup: HouseView['checkup']; onDone(): void }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const check = useMutation({ mutationFn: () => call('house.checkup', {}), onSuccess: onDone });
  return (
    <Stack gap="xs">
      {checkup ? (
        <div>
          <Text fw={600} c={checkup.healthy ? undefined : 'var(--urgent)'} role={checkup.healthy ? undefined : 'alert'}>
            {t(checkup.healthy ? 'house.healthy' : 'house.notHealthy')}
          </Text>
          <Text size="sm">
            {t('house.counted', { records: checkup.records, links: checkup.links, blobs: checkup.blobs })}
          </Text>
          <Text size="sm" c="var(--quiet)">
            {t('house.checkedAt', { at: instant(checkup.at), seconds: checkup.seconds.toFixed(1) })}
          </Text>
          <IssueList issues={checkup.issues} />
        </div>
      ) : (
        <Text size="sm" c="var(--quiet)">
          {t('house.notChecked')}
        </Text>
      )}
      {check.error ? <Trouble error={check.error} /> : null}
      <Group gap="xs">
        <Button size="compact-sm" variant="default" loading={check.isPending} onClick={() => check.mutate()}>
          {t('house.check')}
        </Button>
        <Text size="xs" c="var(--quiet)" style={{ flex: '1 1 200px' }}>
          {t('house.checkHint')}
        </Text>
      </Group>
    </Stack>
  );
}
