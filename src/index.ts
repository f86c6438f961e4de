// The public API, name by name.

export { QuantCellError } from './base/errors.ts';
export { silentLogger } from './base/logger.ts';
export type { Clock } from './base/clock.ts';
export type { Logger, LogLevel } from './base/logger.ts';
export type { Random } from './base/random.ts';

export { InvalidValueError } from './model/errors.ts';
export type { AccountView, Balance, PnlFigures, TradingState } from './model/account.ts';
export type { Bar } from './model/bar.ts';
export type { DataType } from './model/data-type.ts';
export type { DecimalText } from './model/decimal-text.ts';
export type { DenialRule } from './model/denial-rule.ts';
export type { Fill, LiquiditySide } from './model/fill.ts';
export type { Instrument, InstrumentKind } from './model/instrument.ts';
export type { MarketEvent } from './model/market-event.ts';
export type {
  Order,
  OrderIntent,
  OrderSide,
  OrderStatus,
  OrderType,
  TimeInForce,
} from './model/order.ts';
export type { BookLevel, OrderBook } from './model/order-book.ts';
export type { OrderOutcome } from './model/order-outcome.ts';
export type {
  OrderChange,
  OrderReply,
  OrderRequest,
  RequestMoment,
} from './model/order-request.ts';
export type { OrderUpdate, TradingSnapshot } from './model/order-update.ts';
export type { Position } from './model/position.ts';
export type { QuoteTick } from './model/quote-tick.ts';
export type { MarketTopic } from './model/subscription.ts';
export type { AggressorSide, TradeTick } from './model/trade-tick.ts';

export { IllegalTransitionError, InvalidOptionError } from './lifecycle/errors.ts';
export { StateMachine } from './lifecycle/state-machine.ts';
export { TRANSITIONS, WorkerState } from './lifecycle/worker-state.ts';
export type { HealthCheckConfig } from './lifecycle/health.ts';
export type { RestartAdvice, RestartMode, RestartPolicy } from './lifecycle/restart-policy.ts';
export type { StateMachineOptions, Transition } from './lifecycle/state-machine.ts';
export type { ExitCause, StopStep, WorkerExit } from './lifecycle/worker-exit.ts';
export type {
  WorkerCounters,
  WorkerFault,
  WorkerStatus,
  WorkerVitals,
} from './lifecycle/worker-status.ts';

export { defineStrategy } from './strategy/definition.ts';
export { Strategy } from './strategy/strategy.ts';
export type { StrategyContext, StrategyMode } from './strategy/context.ts';
export type { StrategyCallbacks, StrategyDefinition } from './strategy/definition.ts';
export type {
  CommandEvent,
  FeedEvent,
  GapEvent,
  RecoveredEvent,
  SignalEvent,
  StopEvent,
  TimerEvent,
} from './strategy/events.ts';
export type { Amount, ModifyOptions, OrderOptions, StrategyTrading } from './strategy/orders.ts';
export type { ParamsSchema, SchemaIssue, SchemaResult } from './strategy/schema.ts';

export { ProtocolError } from './protocol/errors.ts';
export { Message } from './protocol/message.ts';
export { MessageType } from './protocol/message-type.ts';
export type { MessageFields, Payload } from './protocol/message.ts';
export type { StrategyDescription } from './protocol/strategy-description.ts';

export { IpcError } from './ipc/errors.ts';
export { ZmqManager } from './ipc/zmq-manager.ts';
export type { EndpointOptions, Endpoints } from './ipc/endpoints.ts';
export type { MarketAttachment, MarketLine, MarketTransport } from './ipc/market-transport.ts';
export type { ZmqManagerOptions, ZmqStats } from './ipc/zmq-manager.ts';

export { DataBroker } from './host/data-broker.ts';
export { DirectoryError, StrategyBuildError, WorkerError } from './host/errors.ts';
export { StoreError } from './storage/errors.ts';
export { ProcessPool } from './host/process-pool.ts';
export { WorkerManager } from './host/worker-manager.ts';
export { WorkerProcess } from './host/worker-process.ts';
export { WorkerSupervisor } from './host/worker-supervisor.ts';
export type { ConfigurationResult } from './host/config-fields.ts';
export type { DataBrokerOptions, Preprocessor } from './host/data-broker.ts';
export type { Deadlines, HostOptions } from './host/host-options.ts';
export type { MarketInput } from './host/market-input.ts';
export type { MarketTransportChoice } from './host/market-transport-choice.ts';
export type { OrderListener, OrderPort, RequestStanding } from './host/order-port.ts';
export type { PoolConfig, PoolStats } from './host/process-pool.ts';
export type { DataSubscription } from './host/subscribers.ts';
export type { FeedStatus } from './host/feed-statuses.ts';
export type { SavedStateView } from './host/state-view.ts';
export type { KeepStateConfig, SubscriptionConfig, WorkerConfig } from './host/worker-config.ts';
export type { LogFileConfig } from './host/log/log-file-config.ts';
export type { WorkerLogLine } from './host/log/worker-log-line.ts';
export type { ReadLogOptions } from './host/log/worker-logs.ts';
export type {
  ManagerStats,
  WorkerManagerEvents,
  WorkerManagerOptions,
} from './host/worker-manager-options.ts';
export type { WorkerProcessEvents, WorkerProcessOptions } from './host/worker-process-options.ts';
export type {
  SupervisionReport,
  SupervisorOptions,
  SupervisorStats,
} from './host/worker-supervisor.ts';

export { BarAggregator } from './market/bar-aggregator.ts';
export { RealtimeEngine } from './market/realtime-engine.ts';
export { CcxtFeed } from './market/ccxt/ccxt-feed.ts';
export { ReplayFeed } from './market/replay-feed.ts';
export { SyntheticFeed } from './market/synthetic/synthetic-feed.ts';
export type { CcxtFeedOptions } from './market/ccxt/ccxt-feed-options.ts';
export type { CcxtFeedListener, CcxtFeedStats, CcxtGap } from './market/ccxt/ccxt-feed-stats.ts';
export type { CcxtLineState } from './market/ccxt/ccxt-line.ts';
export type { CcxtMarketSource } from './market/ccxt/ccxt-ports.ts';
export type { RealtimeEngineStats } from './market/engine-stats.ts';
export type { FeedListener, MarketFeed, MarketSink } from './market/market-feed.ts';
export type { FeedSpeed } from './market/pacer.ts';
export type { RealtimeEngineOptions } from './market/realtime-engine.ts';
export type { ReplayFeedOptions, ReplayFile, ReplayProgress } from './market/replay-feed.ts';
export type { SyntheticFeedOptions } from './market/synthetic/synthetic-options.ts';

export { readCredentials } from './exchange/credentials.ts';
export { CcxtExchange } from './exchange/ccxt-exchange.ts';
export { ExchangeError, KeysError } from './exchange/errors.ts';
export { simExchangeUrls } from './exchange/exchange-urls.ts';
export { Secret } from './exchange/secret.ts';
export { CcxtVenue } from './execution/venues/ccxt/ccxt-venue.ts';
export type { CredentialsSource } from './exchange/credentials.ts';
export type { CcxtExchangeOptions } from './exchange/ccxt-exchange.ts';
export type { ExchangeUrls, SimExchangeAddress } from './exchange/exchange-urls.ts';
export type { ExchangeCredentials } from './exchange/secret.ts';
export type { CcxtVenueOptions } from './execution/venues/ccxt/ccxt-venue.ts';

export { Job } from './system/job.ts';
export { QuantCell } from './system/quantcell.ts';
export { Alerts } from './system/alerts/alerts.ts';
export { AlertError, InvalidAlertOptionError } from './system/alerts/errors.ts';
export { EmailChannel } from './system/alerts/channels/email-channel.ts';
export { TelegramChannel } from './system/alerts/channels/telegram-channel.ts';
export { WebhookChannel } from './system/alerts/channels/webhook-channel.ts';
export { watchSystem } from './system/alerts/watch/watch-system.ts';
export { MetricSamples } from './system/samples/metric-samples.ts';
export type { Alert, AlertInput } from './system/alerts/alert.ts';
export type { AlertChannel } from './system/alerts/alert-channel.ts';
export type { AlertKind, AlertSeverity } from './system/alerts/alert-kinds.ts';
export type { AlertsOptions } from './system/alerts/options.ts';
export type { EmailOptions } from './system/alerts/channels/email-channel.ts';
export type { TelegramOptions } from './system/alerts/channels/telegram-channel.ts';
export type { WebhookOptions } from './system/alerts/channels/webhook-channel.ts';
export type { SystemWatch } from './system/alerts/watch/watch-system.ts';
export type { WatchOptions } from './system/alerts/watch/watch-options.ts';
export type { HistoryQuery, MetricSamplesOptions } from './system/samples/metric-samples.ts';
export type { SystemSample, WorkerSample } from './system/samples/worker-sample.ts';
export type { JobSource } from './system/job-feed.ts';
export type { JobSummary, StrategySummary } from './system/job-summary.ts';
export type { JobOptions } from './system/job.ts';
export type { QuantCellOptions } from './system/quantcell.ts';

export { ExecutionError } from './execution/errors.ts';
export {
  ExecutionEngine,
  /** The name that it had first. */
  ExecutionEngine as LiveExecutionEngine,
} from './execution/execution-engine.ts';
export type { WhenDown } from './model/when-down.ts';
export type { DeniedRequest } from './execution/denials.ts';
export type { ExecutionEngineOptions } from './execution/engine-options.ts';
export type { ExecutionListener, ExecutionStatus } from './execution/execution-engine.ts';
export type { FlattenResult } from './execution/flatten.ts';
export type { FillQuery, OrderQuery } from './execution/journal/order-journal.ts';
export type { SwitchChange } from './execution/kill-switch.ts';
export type { ReconciliationResult } from './execution/reconciler.ts';
export { PaperVenue } from './execution/venues/paper/paper-venue.ts';
export type { PaperVenueOptions, QueuePosition } from './execution/venues/paper/paper-options.ts';
export { EngineTrading } from './system/trading/engine-trading.ts';
export type { PaperTradingOptions } from './system/trading/paper-trading.ts';
export type { Trading } from './system/trading/trading.ts';
export type { RiskConfig, RiskLimits } from './execution/risk/risk-limits.ts';
export type { OrderStep } from './execution/submitter.ts';
export type { TradingScope, TradingSwitch } from './execution/trading-switches.ts';
export type {
  ExecutionVenue,
  OrderReference,
  VenueAccount,
  VenueListener,
  VenueOrder,
  VenueOutcome,
} from './execution/venue.ts';
