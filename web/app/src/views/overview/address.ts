// The choice of the view, kept in the address' query.

import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { type Choice, choiceOf, queryOf } from './choice.ts';

/** Browsers refuse an address that is changed with every letter. */
const REST = 250;

export function useChoice(): readonly [Choice, (choice: Choice) => void] {
  const { path, query, route } = useLocation();
  const inAddress = queryOf(choiceOf(query));
  const [choice, setChoice] = useState(() => choiceOf(query));
  const written = useRef(inAddress);
  const wanted = queryOf(choice);
  useEffect(() => {
    if (inAddress === written.current) return; // not "back", nor a link
    written.current = inAddress;
    setChoice(choiceOf(query));
  }, [inAddress]);
  useEffect(() => {
    if (wanted === written.current) return;
    const writing = setTimeout(() => {
      written.current = wanted;
      route(`${path}${wanted}`, true);
    }, REST);
    return () => clearTimeout(writing);
  }, [wanted, path, route]);
  return [choice, setChoice];
}
