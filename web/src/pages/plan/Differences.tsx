import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface Difference {
  part: string;
  removed: string[];
  added: string[];
}

/** What reads otherwise, part by part: struck out what was, then what is. Words carry it, not colour alone. */
export function Differences({ all }: { all: readonly Difference[] }) {
  const { t } = useTranslation();
  return (
    <Stack gap={4}>
      {all.map(({ part, removed, added }) => (
        <div key={part}>
          <Text size="sm" fw={600}>
            {t(`plan.part.${part}`, part)}
          </Text>
          {removed.map((one) => (
            <Text key={one} size="sm">
              {t('plan.was')}: <del>{one}</del>
            </Text>
          ))}
          {added.map((one) => (
            <Text key={one} size="sm">
              {t('plan.is')}: <ins>{one}</ins>
            </Text>
          ))}
        </div>
      ))}
    </Stack>
  );
}
