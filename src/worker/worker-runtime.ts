import { systemClock } from '../base/clock.ts';
import { settlesWithin } from '../base/deadline.ts';
import { LogFile, type LogFileOptions } from '../base/log-file.ts';
import { messageOf, QuantCellError } from '../base/errors.ts';
import { RateGate } from '../base/rate-gate.ts';
import { SecondQuota } from '../base/second-quota.ts';
import { WorkerSockets } from '../ipc/worker-sockets.ts';
import {
  readHostMessage,
  type Assignment,
  type HostMessage,
  type Welcome,
  type UnansweredType,
} from '../protocol/host-message.ts';
import { PROTOCOL_VERSION } from '../protocol/limits.ts';
import { Message } from '../protocol/message.ts';
import type { MessageType } from '../protocol/message-type.ts';
import type {
  AdoptionFacts,
  WorkerMessageType,
  WorkerPayload,
  WorkerReply,
} from '../protocol/worker-message.ts';
import type { BootInfo } from './boot.ts';
import { leaveState, removeLeftState } from './left-state.ts';
import { waitForHost } from './orphanhood.ts';
import { armStuckAlarm } from './stuck-alarm.ts';
import { captureConsole } from './console-capture.ts';
import { WorkerEnd } from './errors.ts';
import { wireError } from './wire-error.ts';
import { endWith } from './last-word.ts';
import { LogBuffer, type LogLine } from './log-buffer.ts';
import { PendingRefills } from './pending-refills.ts';
import { PendingSaves } from './pending-saves.ts';
import { rehearse } from './rehearsal.ts';
import { StrategyLife } from './strategy-life.ts';
import { describeStrategy, loadStrategy, parseParams } from './strategy-loader.ts';
import { isOrderMessage, takeOrderMessage } from './trading/order-messages.ts';

/** Log lines a second before an assignment says how many. */
const IDLE_LINES_PER_SECOND = 20;

/** Faults that are told one by one; beyond so many a second they are counted (`errorCount`). */
const FAULTS_PER_SECOND = 100;

/** How long a strategy has to end in good order after SIGTERM, milliseconds. */
const SIGTERM_GRACE_MS = 2_000;

/** This process's side of the conversation with the host. */
export class WorkerRuntime {
  readonly #boot: BootInfo;
  readonly #sockets: WorkerSockets;
  readonly #refills: PendingRefills;
  readonly #saves: PendingSaves;
  readonly #complaints = new RateGate(1_000, systemClock);
  readonly #faults = new SecondQuota(FAULTS_PER_SECOND, systemClock);
  #log: LogBuffer;
  #session: string | undefined;
  #life: StrategyLife | undefined;
  /** Has been given a strategy, which may still be loading. */
  #given = false;
  /** Settles once there is a strategy, or there will be none. */
  #assigned: Promise<unknown> = Promise.resolve();
  #receiving = false;
  #stopping = false;
  #reportPlanned = false;
  #heartbeatIntervalMs = 0;
  #heart: NodeJS.Timeout | undefined;
  /** Number of the host that this worker follows. */
  #epoch = 0;

  constructor(boot: BootInfo) {
    this.#boot = boot;
    this.#sockets = new WorkerSockets(boot.endpoints, boot.processId);
    this.#refills = new PendingRefills((request) => this.#sendControl('refill_request', request));
    this.#saves = new PendingSaves((save, attachment) =>
      this.#sendControl('state', save, attachment),
    );
    this.#log = this.#logBuffer(IDLE_LINES_PER_SECOND, null);
    captureConsole((level, message) => this.#log.add(level, message));
    process.on('SIGTERM', () => void this.#onSigterm());
  }

  /** Says hello and then does what the host says, until the process ends. */
  async run(): Promise<void> {
    await this.#sayHello();
    for await (const { json, attachment } of this.#sockets.commands()) {
      let envelope: Message | undefined;
      try {
        envelope = Message.fromJson(json);
        // Not awaited: a command that takes long must not keep the next one (a stop, say) from being read.
        void this.#obey(readHostMessage(envelope), attachment);
      } catch (thrown) {
        this.#complain(`a command was ignored: ${messageOf(thrown)}`);
        if (envelope !== undefined) void this.#refuse(envelope.msgId, thrown);
      }
    }
  }

  /**
   * The host is gone, however it died. Without a strategy, or where it is not to survive, there is nothing
   * to wait for.
   */
  async onHostGone(): Promise<void> {
    const { survive, processId } = this.#boot;
    const life = this.#life;
    if (survive === undefined || life === undefined || !life.canWait || this.#stopping)
      return vanish();
    const { graceMs, lifelinePath, statesDirectory } = survive;
    const { workerId } = life.assignment;
    this.#session = undefined;
    this.#sockets.disconnect();
    this.#saves.divert((update) => leaveState(statesDirectory, workerId, update));
    this.#log.add('warn', `the host is gone: waiting ${graceMs} ms for the next one`);
    const onCut = (): void => void this.onHostGone();
    // Held at once, so that the next host knows that it comes, however long it takes to come to rest.
    const found = waitForHost({ processId, lifelinePath, graceMs, onCut });
    if (!(await settlesWithin(life.handovers.awaitHost(), graceMs))) return vanish();
    const outcome = await found;
    if (outcome === 'refused') return vanish();
    if (outcome === 'expired') return this.#endAlone(life, `no host came within ${graceMs} ms`);
    this.#sockets.reconnect();
    await this.#sayHello(life.describe());
  }

  async #endAlone(life: StrategyLife, reason: string): Promise<void> {
    this.#stopping = true;
    const lastWord = { cause: 'orphaned', reason, stack: '' } as const;
    setTimeout(() => endWith(lastWord, 1), SIGTERM_GRACE_MS);
    life.trading.giveUpHost();
    await life.stop(reason);
    this.#log.flush();
    endWith(lastWord, 0);
  }

  async #sayHello(adopt?: AdoptionFacts): Promise<void> {
    await this.#sendControl('hello', {
      secret: this.#boot.secret,
      pid: process.pid,
      version: PROTOCOL_VERSION,
      ...(adopt && { adopt }),
    });
  }

  async #refuse(msgId: string, thrown: unknown): Promise<void> {
    await this.#reply(msgId, 'rejected', { error: wireError(thrown) });
  }

  async #obey(message: HostMessage, attachment: Buffer | undefined): Promise<void> {
    if (message.type === 'welcome') return this.#onWelcome(message.payload);
    if (message.type === 'refill_response')
      return this.#refills.settle(message.payload, attachment);
    if (message.type === 'state_saved') return this.#saves.settle(message.payload);
    if (message.type === 'feed_status') return this.#life?.feed.take(message.payload);
    if (isOrderMessage(message)) {
      // As `start` does, so that the order of arrival is kept.
      await this.#assigned;
      if (this.#life !== undefined) takeOrderMessage(this.#life.trading, message);
      return;
    }
    try {
      const answer = (result?: unknown): Promise<void> =>
        this.#reply(message.msgId, 'applied', { result });
      if (message.type === 'start') {
        // The host may have sent it before it heard that the strategy is loaded.
        await this.#assigned;
        // Answered between two events, so that the answer is not behind what follows from the next one.
        await this.#theLife().start(message.payload, attachment, () => void answer());
        return;
      }
      await answer(await this.#command(message));
      if (message.type === 'stop') this.#exit();
    } catch (thrown) {
      await this.#refuse(message.msgId, thrown);
      if (thrown instanceof WorkerEnd) this.#end(thrown);
    }
  }

  async #command(
    message: Exclude<HostMessage, { type: UnansweredType | 'start' }>,
  ): Promise<unknown> {
    const { type, payload } = message;
    switch (type) {
      case 'rehearse':
        return rehearse(this.#sockets.market, payload.market);
      case 'inspect': {
        const strategy = await loadStrategy(payload.modulePath, payload.strategyPath);
        if (payload.params !== undefined) await parseParams(strategy, payload.params);
        return describeStrategy(strategy);
      }
      case 'assign':
        return this.#begin(payload);
      case 'pause':
        return this.#theLife().pause(payload.reason);
      case 'resume':
        return this.#theLife().resume(payload.reason);
      case 'update_params':
        return this.#theLife().requests.updateParams(payload.params);
      case 'signal':
        return this.#theLife().requests.signal(payload);
      case 'command':
        return this.#theLife().requests.command(payload);
      case 'reload_config':
        return this.#theLife().handovers.reload(payload, payload.symbols);
      case 'adopt':
        return this.#theLife().handovers.toAnotherHost(payload);
      case 'hand_over':
        return this.#theLife().handovers.toAnotherProcess();
      case 'go_on':
        return this.#theLife().goOn(payload.reason);
      case 'stop':
        this.#stopping = true;
        return payload.runOnStop ? this.#life?.stop(payload.reason) : undefined;
    }
  }

  #theLife(): StrategyLife {
    if (this.#life === undefined) {
      throw new QuantCellError('NOT_ASSIGNED', 'this process has no strategy yet', {});
    }
    return this.#life;
  }

  #begin(assignment: Assignment): Promise<void> {
    const begun = this.#assign(assignment);
    this.#assigned = begun.catch(() => undefined);
    return begun;
  }

  async #assign(assignment: Assignment): Promise<void> {
    if (this.#life !== undefined) {
      throw new QuantCellError('ALREADY_ASSIGNED', 'this process runs a strategy already', {});
    }
    this.#log.flush();
    this.#log = this.#logBuffer(assignment.logLinesPerSecond, assignment.logFile);
    this.#given = true;
    // The host may die before it has written down that there is this process: then nobody looks for it.
    this.#armAlarm();
    this.#life = await StrategyLife.begin(assignment, {
      market: this.#sockets.market,
      log: this.#log,
      refill: (topicId, fromSeq, toSeq) => this.#refills.request(topicId, fromSeq, toSeq),
      onProgress: (processed) => this.#sendStatus('progress', { processed }),
      onStateChange: () => this.#planReport(),
      saveState: (update) => this.#saves.send(update),
      sendOrder: (request) => this.#sendControl('order_request', request),
      onFault: (fault) => {
        if (this.#faults.pass()) this.#sendStatus('error', fault);
      },
      onEnd: (end) => this.#end(end),
    });
    const { runner } = this.#life;
    if (this.#receiving) return;
    this.#receiving = true;
    void this.#sockets.market.run((buffer, from) => runner.take(buffer, from));
  }

  /** Moves of one turn are told together: a command makes several, and its answer has them too. */
  #planReport(): void {
    if (this.#reportPlanned) return;
    this.#reportPlanned = true;
    setImmediate(() => {
      this.#reportPlanned = false;
      if (this.#life !== undefined) this.#sendStatus('status_update', this.#life.report());
    });
  }

  #onWelcome({ session, heartbeatIntervalMs, epoch }: Welcome): void {
    if (this.#session !== undefined || epoch <= this.#epoch) return;
    this.#session = session;
    this.#epoch = epoch;
    this.#saves.undivert();
    const { survive } = this.#boot;
    const workerId = this.#life?.assignment.workerId;
    if (survive !== undefined && workerId !== undefined)
      removeLeftState(survive.statesDirectory, workerId);
    this.#heartbeatIntervalMs = heartbeatIntervalMs;
    clearInterval(this.#heart);
    this.#beat();
    this.#heart = setInterval(() => this.#beat(), heartbeatIntervalMs);
  }

  // Sent by the event loop that runs the strategy, so that a strategy stuck in a loop falls silent.
  #beat(): void {
    const life = this.#life;
    life?.beat(this.#heartbeatIntervalMs);
    if (this.#given) this.#armAlarm();
    this.#sendStatus('heartbeat', life === undefined ? { state: 'initializing' } : life.report());
  }

  #armAlarm(): void {
    const { survive } = this.#boot;
    if (survive !== undefined) armStuckAlarm(survive.graceMs);
  }

  /** The strategy can't go on: tells why and ends the process. */
  #end(end: WorkerEnd): void {
    this.#life?.fail(end.message);
    this.#log.flush();
    const { stack } = (end.cause ?? {}) as { readonly stack?: unknown };
    // One turn of the event loop, so that the sockets take what was handed to them.
    setImmediate(() =>
      endWith(
        {
          cause: end.exitCause,
          reason: end.message,
          stack: typeof stack === 'string' ? stack : '',
        },
        1,
      ),
    );
  }

  async #onSigterm(): Promise<void> {
    const life = this.#life;
    if (this.#stopping || life === undefined) process.exit(143);
    this.#stopping = true;
    const lastWord = {
      cause: 'signal',
      reason: 'ended by a SIGTERM from outside',
      stack: '',
    } as const;
    setTimeout(() => endWith(lastWord, 143), SIGTERM_GRACE_MS);
    await life.stop('SIGTERM');
    this.#log.flush();
    endWith(lastWord, 143);
  }

  #exit(): void {
    this.#log.flush();
    this.#sockets.close();
    process.exit(0);
  }

  #complain(what: string): void {
    const held = this.#complaints.pass();
    if (held !== undefined) this.#log.add('warn', what, { heldBack: held });
  }

  #logBuffer(linesPerSecond: number, file: LogFileOptions | null): LogBuffer {
    const send = (lines: LogLine[]): void => this.#sendStatus('log', { lines });
    return new LogBuffer(linesPerSecond, send, file === null ? undefined : new LogFile(file));
  }

  async #reply(
    replyTo: string,
    outcome: WorkerReply['outcome'],
    rest: Partial<WorkerReply>,
  ): Promise<void> {
    // What was reported on the other socket may come after the reply: whoever waits for it sees all.
    const status = this.#life?.report('any case');
    // A host that is gone meanwhile waits for no answer.
    await this.#sendControl('reply', {
      replyTo,
      outcome,
      ...rest,
      ...(status && { status }),
    }).catch(() => undefined);
  }

  #sendControl<Type extends WorkerMessageType>(
    type: Type,
    payload: WorkerPayload<Type>,
    attachment?: Uint8Array,
  ): Promise<void> {
    return this.#sockets.sendControl(this.#message(type, payload), attachment);
  }

  #sendStatus<Type extends WorkerMessageType>(type: Type, payload: WorkerPayload<Type>): void {
    if (this.#session !== undefined) this.#sockets.sendStatus(this.#message(type, payload));
  }

  #message(type: WorkerMessageType, payload: object): Message {
    return new Message(type satisfies MessageType, {
      payload: payload as Record<string, unknown>,
      workerId: this.#life?.assignment.workerId ?? this.#boot.processId,
      session: this.#session,
    });
  }
}

/** Ends without a word: nobody is there to hear it, or somebody else has this worker's place. */
function vanish(): void {
  process.kill(process.pid, 'SIGKILL');
}
