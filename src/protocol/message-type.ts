/** What a message is about. The values are the `msg_type` of the JSON form. */
export const MessageType = {
  // Market data, for programs that prefer JSON to the binary frames.
  MARKET_DATA: 'market_data',
  TICK_DATA: 'tick_data',
  BAR_DATA: 'bar_data',
  DEPTH_DATA: 'depth_data',

  // Host to worker.
  WELCOME: 'welcome',
  REHEARSE: 'rehearse',
  INSPECT: 'inspect',
  ASSIGN: 'assign',
  START: 'start',
  STOP: 'stop',
  PAUSE: 'pause',
  RESUME: 'resume',
  RELOAD_CONFIG: 'reload_config',
  ADOPT: 'adopt',
  HAND_OVER: 'hand_over',
  GO_ON: 'go_on',
  UPDATE_PARAMS: 'update_params',
  SIGNAL: 'signal',
  COMMAND: 'command',
  REFILL_RESPONSE: 'refill_response',
  STATE_SAVED: 'state_saved',
  FEED_STATUS: 'feed_status',

  // Worker to host.
  HELLO: 'hello',
  REPLY: 'reply',
  REFILL_REQUEST: 'refill_request',
  STATE: 'state',
  HEARTBEAT: 'heartbeat',
  STATUS_UPDATE: 'status_update',
  PROGRESS: 'progress',
  LOG: 'log',
  ERROR: 'error',
  WARNING: 'warning',

  // Orders and the account.
  ORDER_REQUEST: 'order_request',
  ORDER_RESPONSE: 'order_response',
  ORDER_UPDATE: 'order_update',
  POSITION_UPDATE: 'position_update',
  POSITION_SYNC: 'position_sync',
  ACCOUNT_UPDATE: 'account_update',
  BALANCE_UPDATE: 'balance_update',
} as const;

export type MessageType = (typeof MessageType)[keyof typeof MessageType];

const KNOWN: ReadonlySet<string> = new Set(Object.values(MessageType));

export function isMessageType(value: unknown): value is MessageType {
  return typeof value === 'string' && KNOWN.has(value);
}
