import { describe, expect, it } from 'vitest';
import type { ExecutionListener } from '../../../src/execution/execution-engine.ts';
import { setUp, WORKER } from './engine-setup.ts';

/** What is told from now on, as texts. */
function listen(engine: Awaited<ReturnType<typeof setUp>>['engine']) {
  const told: string[] = [];
  const listener: ExecutionListener = {
    onUpdate: () => undefined,
    onAccount: () => undefined,
    onDenied: ({ workerId, rule }) => void told.push(`denied ${workerId} ${rule}`),
    onSwitch: ({ scope, state, by }) => void told.push(`switch ${scope} ${state} ${by}`),
    onTrading: (closed) => void told.push(`trading ${closed === null ? 'open' : 'closed'}`),
    onReconciled: ({ differences }) => void told.push(`reconciled ${differences}`),
  };
  return { told, unlisten: engine.listen(listener) };
}

describe('a listener of the engine', () => {
  it('hears of switches, with who set them', async () => {
    const { engine } = await setUp();
    const { told } = listen(engine);
    engine.setTradingState('all', 'halted', 'eva', 'a test');
    engine.setTradingState('all', 'active', 'eva', 'it is over');
    expect(told).toEqual(['switch all halted eva', 'switch all active eva']);
  });

  it('hears what is denied, by which rule', async () => {
    const { engine, submit } = await setUp();
    engine.setTradingState('all', 'halted', 'eva', 'a test');
    const { told } = listen(engine);
    await submit();
    expect(told).toEqual([`denied ${WORKER} HALTED`]);
  });

  it('hears when trading is closed by a cut, and when it is open again', async () => {
    const { engine, venue } = await setUp();
    const { told } = listen(engine);
    venue.cut('down');
    expect(told).toEqual(['trading closed']);
    venue.cut('up');
    await expect
      .poll(() => told, { timeout: 20_000 })
      .toEqual(['trading closed', 'reconciled 0', 'trading open']);
  });

  it('hears how many orders and fills stood otherwise at the venue', async () => {
    const { engine, venue, submit, price } = await setUp();
    const { told } = listen(engine);
    await submit({ price: '99' });
    venue.silent = true;
    price(98);
    await engine.reconcile();
    await engine.reconcile();
    expect(told).toEqual(['reconciled 1', 'reconciled 0']);
  });

  it('hears nothing any more once it does not listen', async () => {
    const { engine } = await setUp();
    const { told, unlisten } = listen(engine);
    unlisten();
    engine.setTradingState('all', 'halted', 'eva', 'a test');
    expect(told).toEqual([]);
  });
});
