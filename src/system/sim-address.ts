import { quote } from '../base/errors.ts';
import type { SimExchangeAddress } from '../exchange/exchange-urls.ts';
import { SystemError } from './errors.ts';

/** The addresses behind that which a simulated exchange prints, such as `http://127.0.0.1:8080`. @throws {SystemError} code `INVALID_SIM_ADDRESS` */
export function simAddressOf(text: string): SimExchangeAddress {
  const [, host] = /^http:\/\/([\w.-]+:\d+)\/?$/.exec(text) ?? [];
  if (host === undefined) {
    throw new SystemError(
      'INVALID_SIM_ADDRESS',
      `${quote(text)} is not the address of a simulated exchange: expected what quantcell sim-exchange prints, such as http://127.0.0.1:8080`,
      { address: text },
    );
  }
  return {
    rest: `http://${host}`,
    stream: `ws://${host}/stream/ws`,
    wsApi: `ws://${host}/ws-api/v3`,
  };
}
