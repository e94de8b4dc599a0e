import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Trouble } from '../../parts/states.tsx';
import { useAccountWords } from './words.ts';

interface Asked {
  title: string;
  /** What the button that does it says. */
  act: string;
  danger?: boolean;
  busy: boolean;
  error: unknown;
  disabled?: boolean;
  onAct(): void;
  onClose(): void;
  children: ReactNode;
}

/** Asks before something is done that others feel. Escape and the first button leave everything as it is. */
export function Confirm({
  title,
  act,
  danger = false,
  busy,
  error,
  disabled = false,
  onAct,
  onClose,
  children,
}: Asked) {
  const { t } = useTranslation();
  const { problem } = useAccountWords();
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onAct();
        }}
      >
        <Stack>
          {children}
          {error ? <Trouble error={problem(error)} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" color={danger ? 'red.9' : undefined} loading={busy} disabled={disabled}>
              {act}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
