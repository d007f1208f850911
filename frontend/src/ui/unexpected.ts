import type { Refusal } from '../answers.ts';
import type { Say } from '../texts/index.ts';

/** For what should not happen: say so, with the number support can look up. */
export const unexpected = (refusal: Refusal): Say => {
  const id = refusal.kind === 'broken' ? refusal.requestId : '';
  return (t) => t.trouble.broken(id);
};
