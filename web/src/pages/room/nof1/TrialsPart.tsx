import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useSubject } from '../../../app/subject.ts';
import { TrialPlot } from '../../../parts/plots/TrialPlot.tsx';
import type { OwnPart } from '../Room.tsx';

/** The trials of the room as pictures, with the way to their page. */
export const TrialsPart: OwnPart = ({ page: { trials = [] } }) => {
  const { t } = useTranslation();
  const subject = useSubject();
  return (
    <Stack gap="md">
      {trials.map((trial) => (
        <section key={trial.id} aria-label={trial.title}>
          <Title order={3}>{trial.title}</Title>
          <Text size="sm">
            <strong>A</strong> {trial.comparison} · <strong>B</strong> {trial.treatment}
          </Text>
          {trial.tiers.map((tier) => (
            <TrialPlot key={tier.name} trial={trial} tier={tier} />
          ))}
        </section>
      ))}
      <Anchor component={Link} href={`/patients/${subject}/trials`} size="sm">
        {t('trials.open')}
      </Anchor>
    </Stack>
  );
};
