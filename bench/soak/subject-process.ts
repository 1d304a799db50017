// The process under test, as its parent starts it.
import { soak, type SoakOrder } from './subject.ts';

process.once('disconnect', () => process.exit(0));
process.once('message', (order: SoakOrder) => {
  void soak(order, (news) => process.send!(news)).then(() => process.disconnect());
});
