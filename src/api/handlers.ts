import type { Service } from '../system/service/service.ts';
import type { AppParts } from './app.ts';

/** Everything that the API answers, made of a service. */
export function handlersOf(
  service: Service,
  streamClients: () => number,
): Pick<AppParts, 'handlers' | 'metrics'> {
  void service;
  void streamClients;
  throw new Error('to come');
}
