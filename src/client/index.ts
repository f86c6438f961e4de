// What `quantcell/client` exports, name by name. It has no dependencies and runs in Node and in a browser.

export { QuantCellClient } from './client.ts';
export { ApiCallError, UnreachableError } from './errors.ts';
export { StreamClient } from './stream.ts';
export type { CallOptions, ClientOptions } from './client.ts';
export type {
  SocketEvents,
  StreamHandlers,
  StreamOptions,
  StreamSocket,
  StreamState,
} from './stream.ts';
export type { Problem } from '../api/contract/common.ts';
export type { AnswerOf, OperationName } from '../api/contract/routes.ts';
export type { ChangeOf, ChannelInput, ChannelName, SnapshotOf } from '../api/contract/stream.ts';
export type {
  Account,
  DenialView,
  FillView,
  OrderView,
  Performance,
  PositionView,
  TradingStatus,
  TradingSwitchView,
} from '../api/contract/execution-schemas.ts';
export type { BarView, FeedStatusView, LastValue } from '../api/contract/market-routes.ts';
export type { StrategyVersion, StrategyView, Validation } from '../api/contract/strategy-routes.ts';
export type {
  AlertView,
  AuditEntryView,
  SessionView,
  SystemInfo,
  TokenView,
} from '../api/contract/system-routes.ts';
export type {
  BatchResult,
  LogLine,
  NewWorker,
  Worker,
  WorkerConfigInput,
  WorkerExitView,
  WorkerFigures,
  WorkerPulse,
  WorkerSample,
  WorkerTransition,
} from '../api/contract/worker-schemas.ts';
