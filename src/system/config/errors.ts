import { QuantCellError } from '../../base/errors.ts';

/** A configuration that can't be taken as it is. Codes `CONFIG_INVALID`, `CONFIG_UNREADABLE`, `NO_CONFIG_FILE`. */
export class ConfigError extends QuantCellError {}
