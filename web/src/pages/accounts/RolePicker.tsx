import { Checkbox, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Role, roles } from '../../../../src/server/permissions.ts';

/** What an account may be; it can be several. */
export function RolePicker({ value, onChange }: { value: readonly Role[]; onChange(roles: Role[]): void }) {
  const { t } = useTranslation();
  return (
    <Checkbox.Group
      label={t('accounts.roles')}
      description={t('accounts.rolesHint')}
      value={[...value]}
      onChange={(chosen) => onChange(roles.filter((role) => chosen.includes(role)))}
    >
      <Stack gap="xs" mt="xs">
        {roles.map((role) => (
          <Checkbox
            key={role}
            value={role}
            label={t(`accounts.role.${role}`)}
            description={t(`accounts.roleHint.${role}`)}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
