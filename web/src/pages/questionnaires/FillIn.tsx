import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'wouter';
import { call } from '../../api/client.ts';
import { useSubject } from '../../app/subject.ts';
import { Loading, Trouble } from '../../parts/states.tsx';
import { Done, type Outcome } from './Done.tsx';
import { FormPage } from './FormPage.tsx';

/** Fills in one questionnaire; when it is kept, what must be acted on is shown before anything else. */
export default function FillIn() {
  const { t } = useTranslation();
  const subject = useSubject();
  const client = useQueryClient();
  const { instrument = '' } = useParams<{ instrument: string }>();
  const [done, setDone] = useState<Outcome>();
  // The draft is asked for anew each time: another tab may have gone on with it.
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['patient', subject, 'questionnaire', instrument],
    queryFn: ({ signal }) => call('questionnaires.get', { params: { subject, instrument } }, { signal }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (done) return <Done subject={subject} {...done} onBack={() => setDone(undefined)} />;
  if (isPending) return <Loading what={t('questionnaires.title')} />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  return (
    <FormPage
      subject={subject}
      form={data.form}
      draft={data.draft}
      onDone={(outcome) => {
        setDone(outcome);
        if (outcome.kept || outcome.thrownAway) void client.invalidateQueries({ queryKey: ['patient', subject] });
      }}
    />
  );
}
