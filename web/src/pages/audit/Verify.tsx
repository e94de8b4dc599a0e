import { Alert, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { Trouble } from '../../parts/states.tsx';
import { useInstant } from '../../parts/time.ts';

/** Checks the whole chain on the server and says what holds and where it does not. */
export function Verify() {
  const { t } = useTranslation();
  const instant = useInstant();
  const verify = useMutation({ mutationFn: () => call('audit.verify', {}) });
  const { data } = verify;
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Button onClick={() => verify.mutate()} loading={verify.isPending}>
          {t('audit.verify')}
        </Button>
        <Text size="sm" c="var(--quiet)" role="status" style={{ flex: '1 1 240px' }}>
          {t(verify.isPending ? 'audit.verifying' : 'audit.verifyHint')}
        </Text>
      </Group>
      {verify.error ? <Trouble error={verify.error} /> : null}
      {data ? (
        <Alert
          color={data.intact ? 'teal' : 'red'}
          variant="light"
          role={data.intact ? 'status' : 'alert'}
          styles={{ title: { color: data.intact ? 'var(--calm)' : 'var(--urgent)' } }}
          title={t(data.intact ? 'audit.intact' : 'audit.notIntact')}
        >
          <Text size="sm">
            {t('audit.checked', { lines: data.lines, files: data.files, checkpoints: data.checkpoints })}
            {data.from && data.until
              ? ` ${t('audit.span', { from: instant(data.from), until: instant(data.until) })}`
              : ''}
          </Text>
          {data.uncovered > 0 ? <Text size="sm">{t('audit.uncovered', { count: data.uncovered })}</Text> : null}
          {data.clockBack > 0 ? <Text size="sm">{t('audit.clockBacks', { count: data.clockBack })}</Text> : null}
          {data.mended > 0 ? <Text size="sm">{t('audit.mended', { count: data.mended })}</Text> : null}
          {data.openEnded > 0 ? (
            <>
              <Text size="sm">{t('audit.openEnded', { count: data.openEnded })}</Text>
              <List size="sm">
                {data.openEnds.map(({ file, line, route, at }) => (
                  <List.Item key={`${file}:${line}`}>
                    <Code>{`${file}:${line}`}</Code> {instant(at)} <Code>{route}</Code>
                  </List.Item>
                ))}
              </List>
            </>
          ) : null}
          {data.problems.length > 0 ? (
            <List size="sm" mt="xs">
              {data.problems.map(({ file, line, message }) => (
                <List.Item key={`${file}:${line}:${message}`}>
                  <Code>{`${file}:${line}`}</Code> {message}
                </List.Item>
              ))}
            </List>
          ) : null}
          {data.problemCount > data.problems.length ? (
            <Text size="sm">{t('app.andMore', { count: data.problemCount - data.problems.length })}</Text>
          ) : null}
          {data.intact ? null : <Text size="sm">{t('audit.whatNow')}</Text>}
        </Alert>
      ) : null}
    </Stack>
  );
}
