import { Kbd, Modal, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { shortcuts } from './keys.ts';

/** What can be done with keys in a picture, and with fingers. */
export function Shortcuts({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('images.shortcuts')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <Text size="sm">{t('images.shortcutsHint')}</Text>
      <Table mt="sm" verticalSpacing={4}>
        <Table.Tbody>
          {shortcuts.map(([keys, name]) => (
            <Table.Tr key={name}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Kbd>{keys}</Kbd>
              </Table.Td>
              <Table.Td>{t(`images.keys.${name}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" mt="sm">
        {t('images.touchHint')}
      </Text>
    </Modal>
  );
}
