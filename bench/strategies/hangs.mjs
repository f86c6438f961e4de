import { defineStrategy } from 'quantcell/strategy';

/** Never gives its event loop back. */
export default defineStrategy({
  name: 'Hangs',
  dataTypes: ['trade'],
  onTrade() {
    for (;;);
  },
});
