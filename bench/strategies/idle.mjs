import { defineStrategy } from 'quantcell';

export default defineStrategy({ name: 'idle', symbols: ['BTC/USDT'], onStart() {}, onBar() {} });
