// What else is told of a workload and forbids nothing: a VPA on it, selectors that overlap.
import { neighboursMessage } from '../../workload/other-writers.ts';
import { noted, type PermissionCheck } from '../permission.ts';

export const neighbours: PermissionCheck = {
  name: 'neighbours',
  check: ({ observation: { otherWriters } }) => {
    const message = otherWriters ? neighboursMessage(otherWriters) : null;
    if (message === null) return null;
    return noted(otherWriters?.overlaps.length ? 'selector_overlap' : 'vpa_present', message);
  },
};
