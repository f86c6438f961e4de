import { describe, expect, it } from 'vitest';
import { configView } from '../../../../src/api/views/config-view.ts';
import { completeConfig } from '../../../../src/system/config/config-schema.ts';

function shown(given: Parameters<typeof completeConfig>[0]): Record<string, unknown> {
  return configView(completeConfig(given));
}

describe('the configuration as it is shown', () => {
  it('has a word in the place of each secret, and nothing where there is none', () => {
    const { alerts } = shown({
      alerts: {
        telegram: { botToken: '123:abc', chatId: '7' },
        email: { host: 'mail', user: 'me', password: null, from: 'a@b.c', to: ['d@e.f'] },
      },
    });
    expect(alerts).toMatchObject({
      telegram: { botToken: '(secret)', chatId: '7' },
      email: { host: 'mail', user: 'me', password: null },
    });
  });

  it('has no path of a webhook, which is a secret of many services', () => {
    const { alerts } = shown({
      alerts: { webhook: { url: 'https://me:pw@hooks.example.com/T0/B0/abc?k=1', secret: 'hush' } },
    });
    expect(alerts).toMatchObject({
      webhook: { url: 'https://hooks.example.com/(secret)', secret: '(secret)' },
    });
  });

  it('has addresses without logins and queries, also in parameters of workers', () => {
    const params = { source: 'wss://u:p@data.example.com/x?key=1', apiKey: 'abc', fast: 5 };
    const { workers } = shown({ workers: { run: [{ id: 'a', strategy: 'b', params }] } });
    expect(workers).toMatchObject({
      run: [
        {
          params: {
            source: 'wss://(secret)@data.example.com/x?(secret)',
            apiKey: '(secret)',
            fast: 5,
          },
        },
      ],
    });
  });

  it('has everything else as it is: names of keys, limits by token, and what is not set', () => {
    const given = completeConfig({ trading: { keys: 'binance-main' } });
    const view = configView(given);
    expect(view).toEqual(given);
    expect(view['server']).toMatchObject({ streamsPerToken: 20 });
  });
});
