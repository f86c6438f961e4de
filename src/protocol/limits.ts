/** Version of the messages and of the market frames. A peer of another version is refused. */
export const PROTOCOL_VERSION = 1;

/** Largest JSON message on the control and status sockets, bytes. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** Largest plain data in a message that has something else as well, bytes of JSON. */
export const MAX_PLAIN_BYTES = MAX_MESSAGE_BYTES / 2;

/** Longest name of a signal or a command, characters. */
export const MAX_REQUEST_NAME_CHARS = 64;

/** Largest frame on any socket, attachments and market frames included, bytes. */
export const MAX_FRAME_BYTES = 8_388_608;

/** Largest market frame that the host makes; a larger burst goes as several, bytes. */
export const MAX_MARKET_FRAME_BYTES = 65_536;
