import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** A generated password. It is shown here and nowhere again: only the button closes the dialog. */
export function SecretOnce({ name, password, onClose }: { name: string; password: string; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('accounts.passwordOf', { name })}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack>
        <Code
          block
          fz="md"
          data-autofocus
          tabIndex={0}
          aria-label={t('accounts.password')}
          style={{ whiteSpace: 'pre-wrap' }}
        >
          {password}
        </Code>
        <Alert color="orange" variant="light">
          {t('accounts.shownOnce')}
        </Alert>
        <Group justify="flex-end">
          <CopyButton value={password}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {t(copied ? 'accounts.copied' : 'accounts.copy')}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>{t('accounts.noted')}</Button>
        </Group>
        <Text size="sm" c="var(--quiet)">
          {t('accounts.mustChange')}
        </Text>
      </Stack>
    </Modal>
  );
}
