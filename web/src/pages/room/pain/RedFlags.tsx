import { Group, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PainPicture } from '../../../../../src/report/pain/picture.ts';
import { useMay } from '../../../app/session.tsx';
import { Links } from '../../../parts/Links.tsx';
import { WhyLink } from '../../../patient/Why.tsx';
import { FormLink } from './PainPart.tsx';

/** Four states, never merged: positive, negative with its day, not assessed, out of date. */
export function RedFlags({ flags }: { flags: PainPicture['redFlags'] }) {
  const { t } = useTranslation();
  const mayFill = useMay('questionnaires:write');
  const forms = [...new Set(flags.flatMap(({ form, state }) => (form && state !== 'negative' ? [form] : [])))];
  return (
    <section aria-labelledby="pain-red-flags">
      <Title order={3} id="pain-red-flags">
        {t('pain.redFlags')}
      </Title>
      {flags.length === 0 ? <Text size="sm">{t('pain.noRedFlags')}</Text> : null}
      {flags.map(({ id, level, title, statement, action, links }) => (
        <div key={id} className={`check red-flag ${level}`}>
          <WhyLink record={id}>
            <strong>{title}</strong>
          </WhyLink>{' '}
          {statement}
          {action ? (
            <Text size="sm" fw={600}>
              {action}
            </Text>
          ) : null}
          <Links links={links} />
        </div>
      ))}
      {mayFill && forms.length > 0 ? (
        <Group gap="sm" mt="xs">
          {forms.map((form) => (
            <Text key={form} size="sm">
              {t(`pain.form.${form}`)}: <FormLink form={form} />
            </Text>
          ))}
        </Group>
      ) : null}
    </section>
  );
}
