import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endpointsOf, isIpv6 } from '../../../src/ipc/endpoints.ts';

/** `socket` is the longest of the three names. */
const LONGEST = 'control.sock'.length;

describe('ipc endpoints', () => {
  it('are three files of the directory', () => {
    expect(endpointsOf({ kind: 'ipc', directory: '/run/q' })).toEqual({
      market: 'ipc:///run/q/market.sock',
      control: 'ipc:///run/q/control.sock',
      status: 'ipc:///run/q/status.sock',
    });
  });

  it('may have paths of 107 bytes', () => {
    const directory = join('/', 'x'.repeat(107 - LONGEST - 2));
    expect(endpointsOf({ kind: 'ipc', directory }).control).toHaveLength('ipc://'.length + 107);
  });

  it('of a longer path are refused, and say how long', () => {
    const directory = join('/', 'x'.repeat(108 - LONGEST - 2));
    expect(() => endpointsOf({ kind: 'ipc', directory })).toThrow(
      expect.objectContaining({
        code: 'SOCKET_PATH_TOO_LONG',
        message: expect.stringContaining(
          'has 108 bytes, the system allows 107: choose a shorter directory',
        ),
      }),
    );
  });

  it('count bytes, not characters', () => {
    const directory = join('/', '中'.repeat(40));
    expect(() => endpointsOf({ kind: 'ipc', directory })).toThrow('bytes');
  });
});

describe('tcp endpoints', () => {
  it('are ports of the host', () => {
    expect(endpointsOf({ kind: 'tcp', host: '127.0.0.1', ports: [5001, 5002, 5003] })).toEqual({
      market: 'tcp://127.0.0.1:5001',
      control: 'tcp://127.0.0.1:5002',
      status: 'tcp://127.0.0.1:5003',
    });
  });

  it('are any free port for 0', () => {
    const endpoints = endpointsOf({ kind: 'tcp', host: '127.0.0.1', ports: [0, 0, 0] });
    expect(endpoints.market).toBe('tcp://127.0.0.1:*');
  });

  it.each(['::1', '[::1]'])('have an IPv6 address in brackets: %s', (host) => {
    const endpoints = endpointsOf({ kind: 'tcp', host, ports: [5001, 5002, 0] });
    expect([endpoints.market, isIpv6(endpoints.market)]).toEqual(['tcp://[::1]:5001', true]);
  });

  it.each(['0.0.0.0', '*', '192.168.1.5', 'example.com', '127.0.0.1.example.com', '::', ''])(
    'are refused on %j, which is not this machine alone',
    (host) => {
      expect(() => endpointsOf({ kind: 'tcp', host, ports: [0, 0, 0] })).toThrow(
        expect.objectContaining({
          code: 'INVALID_ENDPOINT',
          message: expect.stringContaining(`tcp host "${host}" is not a loopback address`),
        }),
      );
    },
  );

  it.each([-1, 65_536, 1.5, Number.NaN])('are refused on port %d', (port) => {
    expect(() => endpointsOf({ kind: 'tcp', host: '127.0.0.1', ports: [0, port, 0] })).toThrow(
      expect.objectContaining({ code: 'INVALID_ENDPOINT' }),
    );
  });
});
