/** A configuration with every setting and its default, as `quantcell init` writes it. It means the same as an empty one. */
export const CONFIG_TEMPLATE = `# The configuration of: quantcell serve
#
# Every value here is the default: whatever you leave out stays as it is written here.
# What begins with "# " and a name is off until you take the "# " away.
# \${NAME} in a text stands for a variable of the environment: keep secrets there, and not in this file.
# A variable such as QUANTCELL_SERVER_PORT=8000 goes before what is written here.
# SIGHUP (systemctl reload) reads this file again; docs/CONFIG.md says what then holds at once.

server:
  # Where the API and the dashboard are. Other machines reach them only by another host,
  # which needs tls, or allowInsecure behind a proxy that has it.
  host: 127.0.0.1
  # 0 is any that is free.
  port: 7411
  # Names that a browser may reach the server by, beside 127.0.0.1, localhost and [::1].
  allowedHosts: []
  # PEM files, such as { cert: /etc/quantcell/cert.pem, key: /etc/quantcell/key.pem }.
  tls: null
  allowInsecure: false
  # Requests in a second: of each token, and of all.
  requestsPerSecond: 100
  totalRequestsPerSecond: 500
  # Streams (WebSocket) open at a time: of each token, and of all.
  streamsPerToken: 20
  maxStreams: 100

market:
  # synthetic: a market that is made up; the same seed is the same market.
  source: synthetic
  seed: 7
  symbols: [BTC/USDT, ETH/USDT, SOL/USDT]
  # Of the market's own bars: a whole number and s, m, h, d or w.
  timeframe: 1s
  # Standard deviation of a year's log return.
  volatility: 2
  # Milliseconds from one step of the market to the next.
  stepMs: 100

# The market of an exchange takes the place of the section above:
# market:
#   source: exchange
#   # As ccxt calls it.
#   exchange: binance
#   # spot, or linear (futures).
#   kind: spot
#   # The exchange's test environment.
#   sandbox: false
#   # Address of a simulated exchange in its place, such as http://127.0.0.1:8080.
#   sim: null

trading:
  # Where orders go: paper, exchange (needs market.source: exchange), or none.
  venue: paper
  # Orders may spend real money.
  live: false
  # Name of the keys (quantcell keys add); null is the name of the exchange.
  keys: null
  # With the orders of a strategy that is down: hold, cancel, or flatten (cancel and close).
  whenDown: hold
  paper:
    # Balance at the first start, in units of currency.
    cash: "100000"
    currency: USDT
    # Share of each fill, such as "0.001" for 0.1 %; null is the exchange's own, or 0.001.
    fee: null
    # Share of the price, of market and stop orders.
    slippage: "0"
    # Milliseconds until an order is in the market.
    latencyMs: 0
    # Share of a trade that an order fills; null is no limit.
    maxVolumeShare: null

# Limits of orders and positions. One that is left out does not hold.
risk:
  # For each strategy:
  # strategy:
  #   # Of one order: units of the instrument, and quote currency.
  #   maxOrderQuantity: "1"
  #   maxOrderNotional: "10000"
  #   # Of a symbol, long or short, with all open orders filled: units, and quote currency.
  #   maxPositionQuantity: "5"
  #   maxPositionNotional: "50000"
  #   maxOpenOrders: 20
  #   # New orders and changes in any second.
  #   maxOrdersPerSecond: 10
  #   # Since midnight UTC, quote currency.
  #   maxDailyLoss: "1000"
  #   # How far a price may be from the last one, as a share: "0.05" is 5 %.
  #   priceCollar: "0.05"
  # For some strategies, by the id of the worker, in place of those:
  # strategies: { sma-btc: { maxOpenOrders: 2 } }
  # For all strategies of the account together, and for everything:
  # account: { maxDailyLoss: "5000" }
  # all: { maxDailyLoss: "5000" }

workers:
  # Workers at a time.
  max: 50
  # Processes that are kept ready for the next ones.
  idle: 2
  # Workers outlive a main process that is killed for 30 s, and are taken over by the next one.
  survive: true
  # When a worker that ended is started again.
  restart:
    # permanent: always; transient: after an unexpected end; temporary: never.
    # mode: transient
    # Restarts within windowMs (milliseconds); one more ends in quarantine.
    # maxRestarts: 3
    # windowMs: 60000
    # Milliseconds before the first restart, and at most; each wait is the one before times factor.
    # initialDelayMs: 200
    # maxDelayMs: 30000
    # factor: 2
    # Share of each wait that is random, 0 to 1.
    # jitter: 0.2
  # Workers that are made at the start if the home does not know them.
  run:
    # - id: sma-btc
    #   # Its name in the strategies folder.
    #   strategy: sma-cross
    #   # What is left out comes from the strategy itself.
    #   symbols: [BTC/USDT]
    #   dataTypes: [kline]
    #   timeframe: 1m
    #   params: { n1: 10, n2: 20 }
    #   # Bars of the past before it begins.
    #   warmup: 20
    #   whenDown: hold
    #   # Megabytes: of its heap, and of all its own memory (0 is no limit).
    #   maxHeapMb: 512
    #   maxMemoryMb: 1024
    #   # Whether it is started.
    #   start: true

strategies:
  # Folder of strategy files, relative to this file; null is strategies in the home.
  folder: null
  # Versions kept of each strategy that is uploaded.
  keepVersions: 20

alerts:
  # Less severe ones are kept and shown, and not sent: info, warning, critical.
  minSeverity: warning
  # Alerts like one that was sent are counted for so long, seconds.
  repeatAfterS: 300
  # webhook:
  #   url: https://example.org/hook
  #   # Signs each message (HMAC-SHA256); null is no signature.
  #   secret: \${WEBHOOK_SECRET}
  # telegram:
  #   botToken: \${TELEGRAM_BOT_TOKEN}
  #   chatId: "123456789"
  #   baseUrl: https://api.telegram.org
  # email:
  #   host: smtp.example.org
  #   port: 587
  #   user: null
  #   password: \${SMTP_PASSWORD}
  #   from: quantcell@example.org
  #   to: [you@example.org]
  #   # TLS from the first byte, as on port 465; otherwise STARTTLS.
  #   implicitTls: false

log:
  # What is less severe is left out: debug, info, warn, error.
  level: info
`;
