import { useParams } from 'wouter';

/** The subject whose page this is. Its id is opaque: nothing of a person stands in an address. */
export function useSubject(): string {
  const { subject } = useParams<{ subject: string }>();
  if (subject === undefined) throw new Error('useSubject on a page without one');
  return subject;
}
