import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  completeConfig,
  type ServiceConfigInput,
} from '../../../src/system/config/config-schema.ts';
import { Service } from '../../../src/system/service/service.ts';
import { fixture } from '../support/files.ts';

/** A service without workers, and what its configuration is to say when it is read again. */
async function started(config: ServiceConfigInput, { isAwaited = true } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  const given = { ...config, workers: { idle: 0 } };
  let wanted = completeConfig(given);
  const service = new Service({
    config: wanted,
    configPath: null,
    home,
    strategiesFolder: dirname(fixture('flips')),
    reread: () => wanted,
  });
  onTestFinished(async () => {
    await service.stop();
    rmSync(home, { recursive: true, force: true });
  });
  const starting = service.start();
  if (isAwaited) await starting;
  const reload = (changes: ServiceConfigInput): ReturnType<Service['reload']> => {
    wanted = completeConfig({ ...given, ...changes });
    return service.reload();
  };
  return { service, reload, starting };
}

const OF_FILE = { account: { maxOrderNotional: 1_000_000 } };
const TIGHTER = { account: { maxOrderNotional: 5, maxOpenOrders: 2 } };

it('limits that were set meanwhile outlive a reload that says nothing of limits', async () => {
  const { service, reload } = await started({ risk: OF_FILE });
  service.execution?.desk.setRisk(TIGHTER);
  expect(await reload({ risk: OF_FILE, log: { level: 'warn' } })).toMatchObject({
    applied: ['log.level'],
  });
  expect(service.execution?.desk.risk).toEqual(TIGHTER);
});

it('a limit that the configuration changes holds at once, and the others that were set meanwhile stay', async () => {
  const { service, reload } = await started({ risk: OF_FILE });
  service.execution?.desk.setRisk(TIGHTER);
  expect(await reload({ risk: { account: { maxOrderNotional: 500 } } })).toMatchObject({
    applied: ['risk.account.maxOrderNotional'],
  });
  const inForce = { account: { maxOrderNotional: 500, maxOpenOrders: 2 } };
  expect(service.execution?.desk.risk).toEqual(inForce);
});

it('a worker that is named while the service starts is started after that', async () => {
  const { service, reload, starting } = await started({}, { isAwaited: false });
  const run = [{ id: 'one', strategy: 'flips', symbols: ['BTC/USDT'] }];
  const reloaded = reload({ workers: { idle: 0, run } });
  await starting;
  expect(await reloaded).toMatchObject({ applied: ['workers.run[one]'], leftAlone: [] });
  expect(service.system.manager.getWorkerStatus('one')).toMatchObject({ state: 'running' });
});
