// What an idle worker rehearses with: every callback, so that all of the path to a strategy is compiled
// before a real one comes.
import { z } from 'zod';

let seen = 0;
const see = () => {
  seen += 1;
};

export default {
  name: 'rehearsal',
  params: z.object({ count: z.number().int().min(1).default(10) }),
  state: { seen },
  onInit: see,
  onStart: see,
  onBar: see,
  onTrade: see,
  onQuote: see,
  onPause: see,
  onResume: see,
  onStop: see,
};
