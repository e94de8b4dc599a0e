import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FormView } from '../../../../src/server/api/questionnaires.ts';
import { BodyFigureView } from '../../parts/body/BodyFigureView.tsx';
import { regionName } from '../../parts/body/regionName.ts';
import type { Answers } from './useAutosave.ts';

/**
 * Answers on a drawing: who marks one region has seen them all, so that each of the others is answered with no. Until then
 * nothing is answered.
 */
export function BodyMapAnswers({
  figure,
  answers,
  onAnswers,
}: {
  figure: NonNullable<FormView['figure']>;
  answers: Answers;
  onAnswers(next: Answers): void;
}) {
  const { t } = useTranslation();
  const { frame, regions } = figure;
  const begun = Object.keys(answers).length > 0;
  const marked = regions.filter(({ item }) => answers[item] === 1);
  const allNo = Object.fromEntries(regions.map(({ item }) => [String(item), 0]));
  const toggle = (item: number) => onAnswers({ ...allNo, ...answers, [String(item)]: answers[item] === 1 ? 0 : 1 });
  return (
    <Stack gap="sm" className="drawing">
      <Text size="sm">{t('pain.howToDraw')}</Text>
      <BodyFigureView
        frame={frame}
        regions={regions}
        painful={new Set(marked.map(({ code }) => code))}
        notAsked={
          new Set(begun ? regions.filter(({ item }) => answers[item] === undefined).map(({ code }) => code) : [])
        }
        described=""
        onToggle={(code) => {
          const region = regions.find((one) => one.code === code);
          if (region) toggle(region.item);
        }}
      />
      <Text size="sm" role="status" fw={600}>
        {begun && marked.length === 0
          ? t('pain.hurtsNowhere')
          : begun
            ? t('pain.marked', {
                count: marked.length,
                names: marked.map((region) => regionName(t, region)).join('; '),
              })
            : t('pain.nothingMarked')}
      </Text>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => onAnswers(allNo)}>
          {t('pain.nowhere')}
        </Button>
        <Button size="xs" variant="subtle" color="gray" disabled={!begun} onClick={() => onAnswers({})}>
          {t('pain.startAgain')}
        </Button>
      </Group>
      <details>
        <summary>{t('pain.asList')}</summary>
        <Stack gap={6} mt="xs">
          {regions.map((region) => (
            <Checkbox
              key={region.code}
              label={regionName(t, region)}
              checked={answers[region.item] === 1}
              onChange={() => toggle(region.item)}
            />
          ))}
        </Stack>
      </details>
    </Stack>
  );
}
