import type { OrderPort, RequestStanding } from '../../../src/host/order-port.ts';
import type { Fill } from '../../../src/model/fill.ts';
import type { Order } from '../../../src/model/order.ts';
import type { OrderRequest } from '../../../src/model/order-request.ts';

export class MemoryPort implements OrderPort {
  constructor(path?: string);
  readonly requests: [workerId: string, request: OrderRequest, standing: RequestStanding][];
  readonly told: string[];
  readonly runs: number;
  readonly trades: number;
  fillOnUp: string | undefined;
  readonly heldCount: number;
  listen: OrderPort['listen'];
  beginRun: OrderPort['beginRun'];
  request: OrderPort['request'];
  snapshot: OrderPort['snapshot'];
  updatesSince: OrderPort['updatesSince'];
  workerDown: OrderPort['workerDown'];
  workerUp: OrderPort['workerUp'];
  fill(workerId: string, clientOrderId: string, quantity?: string): void;
  release(): void;
  halt(workerId: string): void;
  orders(workerId: string): readonly Order[];
  fills(workerId: string): readonly Fill[];
}
