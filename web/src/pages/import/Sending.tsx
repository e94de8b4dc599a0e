import { Alert, Button, Group, List, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { bytesText, durationText, numberText } from '../../parts/jobs/jobText.ts';
import type { SendState } from '../../parts/jobs/sending.ts';
import { Trouble } from '../../parts/states.tsx';
import styles from './Choose.module.css';
import { notice } from './notice.ts';
import { forgetSending, pauseSending } from './sender.ts';
import { useImporting } from './useImporting.ts';

/** How far the sending is, and the ways to stop it or to go on. */
export function Sending({ state }: { state: SendState }) {
  const { t } = useTranslation();
  const { resume, remove, start } = useImporting();
  const { status, upload, refused } = state;
  const moving = status === 'sending' || status === 'waiting';
  const percent = state.bytes === 0 ? 100 : (100 * state.sentBytes) / state.bytes;
  return (
    <Paper withBorder p="md" component="section" aria-label={t('import.sending')}>
      <Stack gap="sm">
        <Title order={2}>{t(`import.status.${status}`)}</Title>
        <Progress value={percent} size="lg" animated={status === 'sending'} aria-label={t('import.sending')} />
        <Group gap="lg">
          <Text size="sm">
            {t('jobs.ofTotal', { done: bytesText(state.sentBytes), total: bytesText(state.bytes) })}
          </Text>
          <Text size="sm">
            {t('import.filesOf', { done: numberText(state.sentFiles), total: numberText(state.files) })}
          </Text>
          {moving && state.bytesPerSecond !== undefined ? (
            <Text size="sm">{t('import.perSecond', { size: bytesText(state.bytesPerSecond) })}</Text>
          ) : null}
          {moving && state.secondsLeft !== undefined ? (
            <Text size="sm">{t('jobs.left', { time: durationText(state.secondsLeft) })}</Text>
          ) : null}
        </Group>
        {state.heldFiles > 0 ? (
          <Text size="sm" c="var(--quiet)">
            {t('import.heldAlready', { count: state.heldFiles })}
          </Text>
        ) : null}
        {status === 'waiting' ? (
          <Text size="sm" role="status">
            {t('import.waitingHint')}
          </Text>
        ) : null}
        {state.problem ? <Trouble error={state.problem} /> : null}
        {start.error ? <Trouble error={start.error} /> : null}
        {refused.length > 0 ? (
          <Alert color="yellow" variant="light" styles={notice} title={t('import.notSent', { count: refused.length })}>
            <List size="sm">
              {refused.slice(0, 50).map(({ path, reason }) => (
                <List.Item key={path} className={styles.path}>
                  {path}: {reason === 'unreadable' ? t('import.unreadableFile') : reason}
                </List.Item>
              ))}
            </List>
          </Alert>
        ) : null}
        <Group>
          {moving ? (
            <Button variant="default" onClick={pauseSending}>
              {t('import.pause')}
            </Button>
          ) : null}
          {(status === 'paused' || status === 'stopped') && upload !== undefined ? (
            <Button onClick={resume}>{t('import.resume')}</Button>
          ) : null}
          {status === 'sent' && upload !== undefined && (refused.length > 0 || start.error) ? (
            <Button loading={start.isPending} onClick={() => start.mutate({ upload, withoutPartial: true })}>
              {t('import.startWithout')}
            </Button>
          ) : null}
          <Button
            variant="subtle"
            color="red"
            loading={remove.isPending}
            onClick={() => {
              if (upload === undefined) forgetSending();
              else {
                pauseSending();
                remove.mutate(upload);
              }
            }}
          >
            {t('import.cancel')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
