import { describeVenue } from '../venue-contract.ts';
import { Bench, limitOf, orderOf, quoteOf } from './support.ts';

let orders = 0;
const nextId = (): string => `order-${(orders += 1)}`;

describeVenue('the paper venue', async () => {
  const bench = new Bench();
  bench.show(quoteOf(99, 101));
  const told = {
    get orders() {
      return bench.told.flatMap((entry) => (entry.kind === 'order' ? [entry.order] : []));
    },
    get fills() {
      return bench.fills;
    },
  };
  return {
    venue: bench.venue,
    told,
    fillingOrder: () => orderOf({ clientOrderId: nextId() }),
    restingOrder: () => limitOf('90', { clientOrderId: nextId() }),
    unacceptableOrder: () => orderOf({ clientOrderId: nextId(), quantity: '1000000' }),
    settled: () => Promise.resolve(),
    close: () => bench.venue.close(),
  };
});
